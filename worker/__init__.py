"""Process 1: wires settings to adapters to activities, registers the workflows, and runs them."""

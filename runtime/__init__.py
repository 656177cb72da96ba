"""What every process needs first: settings, logs, connections, encryption and the embedded servers."""

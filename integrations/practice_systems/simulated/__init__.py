"""The practice system of the simulated world, spoken to over HTTP like a real one."""

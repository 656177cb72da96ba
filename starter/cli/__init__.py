"""The command line: each file is one command or one group; it prints for people, or JSON with --json."""

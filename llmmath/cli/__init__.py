"""The command line: what it takes, and the tables that it prints."""

"""How a build runs: on which sources, what is kept of it for the next one, and how its mistakes are told."""

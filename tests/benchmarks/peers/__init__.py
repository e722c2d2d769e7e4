"""Our server in a harness that races gateways against each other: its words and ours, and how it is run."""

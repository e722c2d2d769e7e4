"""The program: wiring, doors, guards."""

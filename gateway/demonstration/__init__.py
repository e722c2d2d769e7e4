"""Show the gateway with invented cases and invented cities, marked as such."""

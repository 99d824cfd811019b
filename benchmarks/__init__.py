"""What a request costs the server, as ratios to the least it could cost. `python -m benchmarks` measures in one run."""

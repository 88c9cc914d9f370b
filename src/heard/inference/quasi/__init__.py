"""Quasi-experiments: roll-outs, synthetic controls, instruments, series. Each refuses what it cannot answer."""

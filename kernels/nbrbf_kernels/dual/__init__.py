"""Dual numbers: the number types, their rules, and the drivers built on them."""

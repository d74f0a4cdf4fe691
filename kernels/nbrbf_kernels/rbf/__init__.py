"""Radial functions, monomials, evaluation and assembly."""

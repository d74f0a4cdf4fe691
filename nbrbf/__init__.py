"""Scattered-data interpolation and linear solves, with derivatives."""

"""Measures of outcomes, each with its standard error, and the exact indices they are held against."""

"""Dense linear algebra on real and dual arrays, under LAPACK's names."""

"""Streamlit pieces that several pages share. Pages import from here; this package imports from mnist_core."""

"""Pieces of interface that Streamlit lacks."""

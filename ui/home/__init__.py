"""The Home page's pieces."""

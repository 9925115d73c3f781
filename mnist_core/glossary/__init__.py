"""The words of the field, each in one plain sentence. No torch, no Streamlit."""

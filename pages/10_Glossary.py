"""Glossary: the words of the field, each in one plain sentence, with a link to where it can be seen."""

import streamlit as st

from mnist_core.glossary.terms import GLOSSARY
from ui import shell

_COLUMNS = 3

shell.page("Glossary")
st.title("The words")
st.caption(
    f"{len(GLOSSARY)} words of the field. On every page they explain themselves where they come up first: rest the "
    "pointer on an underlined word, or tap it. A click on a word here opens the page on which it can be seen."
)
st.html("<style>[data-testid=stMain] [data-testid=stPageLink] a { padding-left: 0; }</style>")
length = -(-len(GLOSSARY) // _COLUMNS)
for number, column in enumerate(st.columns(_COLUMNS, gap="medium")):
    with column.container(gap=None):
        for term in GLOSSARY[number * length : (number + 1) * length]:
            st.page_link(shell.path(term.page), label=f"**{term.name}**", query_params=term.query)
            st.caption(term.sentence)

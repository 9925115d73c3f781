"""Home: what this is, what is running, where to go."""

import streamlit as st

from mnist_core.errors import DigitLabError
from ui import shell
from ui.cached import dataset
from ui.home import last_step
from ui.live import views
from ui.shared import names, panels

shell.page("Home")

st.title("Teach a network to read digits")
st.markdown(
    "A neural network is a function **y = F(x)**: *x* is an image of 28 × 28 grey values, *y* is ten probabilities. "
    "Nobody writes the rules: **training** finds them from 60,000 examples, and 10,000 images that it has never seen "
    "tell whether it has understood or only memorised."
)

try:
    data = dataset.mnist()
except DigitLabError as error:
    st.error(names.in_markdown(error.sentence))
    st.stop()

last_step.show()

firsts = [int((data.train_labels == digit).argmax()) for digit in range(10)]
st.html(
    '<div style="display:grid;grid-template-columns:repeat(10,minmax(0,1fr));gap:8px">'
    + "".join(panels.pixels_html(data.train_images[i], 96, f"a handwritten {d}") for d, i in enumerate(firsts))
    + "</div>"
)

rooms = (
    "Twelve questions of five minutes each: predict, try it, and see what it means.",
    "What a network is and how it comes about, in ten screens with something to do on each.",
    "Look at the images it learns from, one by one or forty at a time.",
    "Set the learning rate and the epochs, press Start, and watch it learn.",
    "Measure it on images it has never seen, and look at its mistakes.",
    "Draw a digit and see what the network makes of it, and how sure it is.",
    "Follow a digit through the network, layer by layer, and ask why.",
    "Every training so far: compare them, and take one in hand.",
    "Thirty phones and a teacher in charge: begin a class, or join one.",
    "The words of the field, each in one plain sentence.",
)
shown = [(*page, text) for page, text in zip(shell.PAGES[1:], rooms, strict=True)]
for row in (shown[i : i + 4] for i in range(0, len(shown), 4)):
    for column, (path, label, icon, text) in zip(st.columns(4), row, strict=False):
        with column.container(border=True, height="stretch", gap="xxsmall"):
            st.page_link(path, label=f"**{label}**", icon=icon)
            st.markdown(text)


st.header("Running now")
NOTHING = "Nothing is training. A fast training takes a few seconds: start one on the Train page."
if run := views.running("home", most=40, bars=True, none=NOTHING):
    st.switch_page("pages/4_Train.py", query_params={"run": run})

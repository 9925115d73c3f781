"""Hostile texts: what cannot be printed, what Markdown and HTML would obey."""

MARKER = "evil"
"""Is in every address below, and in no text of the app."""

MARKDOWN = (
    "![p](http://evil.example/p.png)",
    "[l](http://evil.example/l)",
    "<img src=http://evil.example/i.png>",
    "<script>fetch('http://evil.example')</script>",
    "http://evil.example/bare",
    "www.evil.example",
    "mail@evil.example",
    ":material/warning:",
    ":streamlit:",
    ":smile:",
    ":red[evil]",
    ":red-background[evil]",
    ":small[evil]",
    ":badge[evil]",
    "$evil^2$",
    "$$evil$$",
    "**evil**",
    "~~evil~~",
    "`evil`",
    "a -- b -> c",
    "[^1]",
)
"""One of each thing that Streamlit's Markdown makes of a text."""
ALL_MARKDOWN = " ".join(MARKDOWN)

UNPRINTABLE = (
    "\ud800 lone",
    "\udfff",
    "a\x00b",
    "\x1b[31mred\x07",
    "\u202egnp.exe\u202c",
    "\u2066isolate\u2069",
    "\u200b\u200d\ufeff",
    "two\nlines\r\n\u2028\u2029",
    "\ue000\U0010ffff",
    "Z" + "\u0300" * 200,
    "x" * 60_000,
    "",
    " \t ",
)
"""Surrogates, control and format characters, endless and empty texts."""

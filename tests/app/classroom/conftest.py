"""Who sits at the page: each test is the teacher, a seat of the class, or one who has not joined."""

import pytest

from mnist_core.asker import TEACHER
from ui.shared import visitor


@pytest.fixture
def sit(monkeypatch):
    """Sit down as an asker, from the next run of a page on."""

    def sit(asker):
        monkeypatch.setattr(visitor, "asker", lambda: asker)

    sit(TEACHER)
    return sit

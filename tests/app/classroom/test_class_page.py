"""The Class page and what a class does to the other pages: begun, joined, led, paused, ended."""

import json

import numpy as np
import pytest
import streamlit as st

from mnist_core.asker import TEACHER
from mnist_core.classroom import addresses
from mnist_core.classroom.addresses import Address
from mnist_core.classroom.classroom import classes as all_classes
from mnist_core.classroom.classroom import end, open_class
from mnist_core.classroom.doing import Doing, doing, reading
from mnist_core.classroom.holding import held
from mnist_core.classroom.predictions import predictions
from mnist_core.classroom.seat_names import NAMES
from mnist_core.classroom.seats import readmit, remove, seats
from mnist_core.classroom.settings import bring_all, change_settings, read_settings
from mnist_core.classroom.tasks import open_task
from mnist_core.handwriting.collection import Collection
from mnist_core.lessons.catalogue import find_lesson
from mnist_core.lessons.clearing import clear
from mnist_core.lessons.record import LearnerRecord
from mnist_core.presets import preset
from mnist_core.runs.store import create_run, list_runs
from mnist_core.sweeps import trash
from mnist_core.sweeps.sweep import create_sweep
from mnist_core.sweeps.sweeps import Sweeps
from tests.support.classes import ANN, BOB, EVE, a_class
from tests.support.pages import finished_run, in_hand, texts, widget
from tests.support.sweeps import begin, settings
from ui.cached import classes
from ui.classroom import invitation
from ui.live import class_arrivals, class_stage
from ui.shared.seat import PAUSED, REMOVED

CLASS = "pages/9_Class.py"


@pytest.fixture(autouse=True)
def own_collection(tmp_path, monkeypatch):
    monkeypatch.setenv("DIGIT_LAB_COLLECTION", str(tmp_path / "collection"))
    return Collection(tmp_path / "collection")


@pytest.fixture
def network(monkeypatch):
    """Have this machine be in these networks."""

    def be(*given):
        monkeypatch.setattr(invitation, "addresses", lambda: [Address(address, "wlan0") for address in given])
        monkeypatch.setattr(addresses, "addresses", lambda: [Address(address, "wlan0") for address in given])

    be("192.168.1.10", "10.0.0.3")
    return be


def html(page):
    return "".join(str(one.proto.body) for one in page.get("html"))


def again(page):
    classes.forget()
    page.run()
    assert not page.exception
    return page


def test_without_a_class_nobody_notices_anything(open_page, sit):
    for asker in (TEACHER, ANN):
        sit(asker)
        page = open_page()
        assert "Teach a network to read digits" in texts(page)
        assert "You are" not in texts(page.sidebar)
        assert {"Draw", "Train", "Class"} <= {link.proto.label for link in page.sidebar.get("page_link")}


def test_one_click_begins_a_class_and_shows_the_way_in(open_page, sit, network):
    page = open_page(CLASS)
    assert "nothing leaves this machine" in texts(page).lower()
    widget(page.button, "Begin a class").click().run()
    classroom = open_class()
    assert f"Class {classroom.code}" in texts(page)
    shown = html(page)
    assert classroom.code in shown
    assert "192.168.1.10:" in shown
    assert 'src="data:image/svg+xml' in shown
    assert "No phone has come through 192.168.1.10 yet" in texts(page)
    widget(page.selectbox, "Address for phones").set_value("10.0.0.3").run()
    assert "10.0.0.3:" in html(page)
    assert read_settings(classroom).address == "10.0.0.3"


def test_behind_a_proxy_phones_come_to_its_name(open_page, sit, network, monkeypatch):
    classroom = a_class()
    monkeypatch.setattr(type(st.context), "url", property(lambda context: "https://lab.school.example/Class"))
    assert "192.168.1.10:" in html(open_page(CLASS)), "a name that anybody can make up"
    monkeypatch.setenv("DIGIT_LAB_HOSTS", "lab.school.example")
    page = open_page(CLASS)
    assert ">https://lab.school.example</div>" in html(page)
    assert f"https://lab.school.example/Class?code={classroom.code}" in html(page)
    assert "192.168.1.10" not in html(page)
    assert "Address for phones" not in [one.label for one in page.selectbox]


def test_a_machine_in_no_network_says_so(open_page, sit, network):
    network()
    a_class()
    assert "This computer is in no network" in texts(open_page(CLASS))


def test_the_projector_has_no_controls(open_page, sit, network):
    classroom = a_class(ANN)
    page = open_page(CLASS, view="projector")
    assert not page.main.button
    assert not page.main.selectbox
    assert classroom.code in html(page)
    assert "<b>1</b> has joined" in html(page)
    for shown in ("board", "plot", "wall"):
        change_settings(classroom, asker=TEACHER, shown=shown)
        assert not again(page).main.button
    change_settings(classroom, asker=TEACHER, paused=True)
    assert PAUSED in texts(again(page))


def test_who_has_not_joined_is_sent_to_join_and_two_taps_do(open_page, sit, network):
    classroom = a_class(BOB)
    sit(ANN)
    page = open_page(CLASS, code=classroom.code)
    names = [one.label for one in page.button if one.label in NAMES]
    assert len(names) == 3
    assert NAMES[0] not in names
    assert not page.sidebar.get("page_link")
    widget(page.button, names[1]).click().run()
    assert [one.name for one in seats(classroom)] == [NAMES[0], names[1]]
    assert f"You are {names[1]}" in texts(again(open_page())).replace("**", "")


def test_a_wrong_code_is_a_sentence_and_a_name_that_is_taken_meanwhile_is_another(open_page, sit, network):
    classroom = a_class()
    sit(ANN)
    page = open_page(CLASS, code="XXXX")
    assert "there is no class" in texts(page)
    page = open_page(CLASS)
    page.text_input[0].set_value(classroom.code.lower()).run()
    assert [one.label for one in page.button if one.label in NAMES]
    end(classroom, asker=TEACHER)
    assert "No class is open" in texts(again(page))


def test_a_paused_class_is_one_calm_sentence_on_every_page_and_nothing_is_lost(open_page, sit, tiny):
    classroom = a_class(ANN)
    page = open_page(CLASS)
    run = create_run(tiny, "fast", asker=ANN)  # after the page was drawn
    run.enqueue(asker=ANN)
    widget(page.button, "Pause everybody").click().run()
    assert read_settings(classroom).paused
    assert run.control.command() == "pause"
    sit(ANN)
    for path in ("home.py", "pages/4_Train.py", "pages/6_Draw.py", "pages/8_Runs.py", CLASS):
        learner = open_page(path)
        assert PAUSED in texts(learner)
        assert not learner.button
    sit(TEACHER)
    assert "Teach a network" in texts(open_page())
    widget(again(page).button, "Go on").click().run()
    assert run.control.command() == "run"
    sit(ANN)
    assert PAUSED not in texts(again(learner))


@pytest.mark.parametrize("asker", [ANN, TEACHER])
def test_what_changes_while_a_page_is_drawn_is_not_missed(open_page, sit, monkeypatch, asker):
    """Each page says for which stage of the class it was drawn; the browser draws it anew at another one."""
    classroom = a_class(ANN)
    before, seen = classes.now(), []
    change_settings(classroom, asker=TEACHER, paused=True)
    classes.forget()
    after = classes.now()
    monkeypatch.setattr(classes, "now", lambda: seen.append(1) or (before if len(seen) <= calls else after))
    sit(asker)
    for calls in range(1, 8):
        seen.clear()
        page = open_page(CLASS)
        views = [one.proto for one in page.get("bidi_component") if "class_view" in one.proto.component_name]
        (told,) = {view["stage"] for view in map(json.loads, (view.json for view in views)) if view["view"] == "stage"}
        drawn_for = after if PAUSED in texts(page) or "Go on" in {one.label for one in page.button} else before
        assert told == class_stage.stage(asker, drawn_for), calls


def show_in_browser(page):
    """Say what a browser says as soon as it shows the page that was drawn last."""
    views = [one.proto for one in page.get("bidi_component") if "class_view" in one.proto.component_name]
    for view in (json.loads(view.json) for view in views):
        class_arrivals.note(view["window"], view["brought"])


def test_everybody_is_brought_once_and_may_leave_again(open_page, sit):
    classroom = a_class(ANN)
    sit(ANN)
    page = open_page()
    bring_all(classroom, "Train?preset=notebook&epochs=7", asker=TEACHER)
    again(page)
    assert page.title[0].value == "Train a network"
    assert page.query_params["epochs"] == "7"
    show_in_browser(page)
    page.switch_page("home.py")
    assert "Teach a network to read digits" in texts(again(page))
    assert "Teach a network to read digits" in texts(open_page())  # loaded anew, a page stays where it is
    bring_all(classroom, "Nowhere", asker=TEACHER)
    assert "Teach a network to read digits" in texts(again(page))
    bring_all(classroom, "Draw?embed=true", asker=TEACHER)  # what no page may set in its address
    assert again(page).title[0].value == "Draw a digit"
    show_in_browser(page)
    page.switch_page("home.py")
    assert "Teach a network to read digits" in texts(again(page))


@pytest.mark.parametrize("page_had_begun", [False, True])
def test_who_is_brought_somewhere_comes_there_also_if_the_browser_draws_the_old_page_once_more(
    open_page, sit, monkeypatch, page_had_begun
):
    classroom = a_class(ANN)
    sit(ANN)
    page = open_page()
    bring_all(classroom, "Train?epochs=7", asker=TEACHER)
    # A run that the browser asks for takes the place of that of the new page, before it has begun or after.
    if page_had_begun:
        assert again(page).title[0].value == "Train a network"
        page.switch_page("home.py")
    else:
        with monkeypatch.context() as patch:
            patch.setattr("streamlit.switch_page", lambda *_, **__: None)
            assert "Teach a network to read digits" in texts(again(page))
    assert again(page).title[0].value == "Train a network"
    show_in_browser(page)
    page.switch_page("home.py")
    assert "Teach a network to read digits" in texts(again(page))


def test_pages_are_put_away_and_a_sentence_stands_on_all(open_page, sit):
    classroom = a_class(ANN)
    change_settings(classroom, asker=TEACHER, hidden_pages=("Runs",), message="Look at **me**")
    sit(ANN)
    page = open_page()
    labels = [link.proto.label for link in page.sidebar.get("page_link")]
    assert "Runs" not in labels
    assert "Train" in labels
    assert "Look at **me**" in texts(page)
    assert "put this page away" in texts(open_page("pages/8_Runs.py"))
    sit(TEACHER)
    assert "put this page away" not in texts(open_page("pages/8_Runs.py"))


def test_locked_settings_are_what_is_trained(open_page, sit):
    classroom = a_class(ANN)
    change_settings(classroom, asker=TEACHER, locked="train_size=1000&batch_size=32")
    sit(ANN)
    page = open_page("pages/4_Train.py", epochs="9")
    assert "Your teacher has chosen the settings" in texts(page)
    assert not [one for one in page.selectbox if one.label == "Preset"]
    widget(page.button, "Start").click().run()
    (run,) = list_runs()
    assert run.config() == preset("fast").replace(train_size=1000, batch_size=32)
    assert run.owner() == ANN.seat


def test_a_removed_seat_is_told_so_until_it_is_let_in_again(open_page, sit):
    classroom = a_class(ANN, BOB)
    remove(classroom, ANN.seat, asker=TEACHER)
    sit(ANN)
    for path in ("home.py", CLASS):
        page = open_page(path)
        assert REMOVED in texts(page)
        assert not page.button
    readmit(classroom, ANN.seat, asker=TEACHER)
    assert REMOVED not in texts(again(page))


def test_the_teacher_leads_from_the_page(open_page, sit):
    classroom = a_class(ANN, BOB)
    page = open_page(CLASS, section="Lead")
    widget(page.text_input, "A sentence to all").set_value("Eyes up").run()
    assert read_settings(classroom).message == "Eyes up"
    widget(page.number_input, "Runs at once (0: no limit)").set_value(1).run()
    widget(page.number_input, "Longest run, seconds (0: no limit)").set_value(60).run()
    widget(page.selectbox, "Bring everybody to").set_value("Draw").run()
    widget(page.button, "Bring all").click().run()
    settings = read_settings(classroom)
    assert (settings.runs_at_once, settings.longest_run) == (1, 60)
    assert (settings.brought_to, settings.brought) == ("Draw", 1)
    link = "or with a link, such as Train with your settings, or a lesson"
    widget(page.text_input, link).set_value("http://evil.example/Elsewhere").run()
    assert "Expected the address of one of this app's pages" in texts(page)
    assert widget(page.button, "Bring all there").disabled
    widget(page.text_input, link).set_value("http://127.0.0.1:8501/Train?epochs=3").run()
    widget(page.button, "Bring all there").click().run()
    assert read_settings(classroom).brought_to == "Train?epochs=3"
    lock = "Lock the settings of Train to a link"
    widget(page.text_input, lock).set_value("http://x/Draw").run()
    assert "expected the address of the page Train" in texts(page)
    widget(page.text_input, lock).set_value("http://x/Train?epochs=2").run()
    assert read_settings(classroom).locked == "epochs=2"
    widget(page.button, "Unlock the settings of Train").click().run()
    assert read_settings(classroom).locked == ""
    widget(page.selectbox, "Take a seat out of the class").set_value(ANN.seat).run()
    widget(page.button, "Take out").click().run()
    assert [one.id for one in seats(classroom)] == [BOB.seat]
    widget(page.button, f"Let {NAMES[0]} in again").click().run()
    assert len(seats(classroom)) == 2


def test_what_a_seat_does_is_on_the_board(open_page, sit, mnist):
    classroom = a_class(ANN)
    sit(ANN)
    page = open_page("pages/6_Draw.py")
    page.session_state["digit-lab.digit"] = in_hand(mnist.test_images[0])
    page.run()
    assert doing(classroom, ANN.seat).page == "Draw"
    assert reading(classroom, ANN.seat).read == 7
    page = open_page("pages/4_Train.py")
    widget(page.slider, "Your guess").set_value(97.5).run()
    widget(page.button, "Start").click().run()
    (run,) = list_runs()
    assert predictions(classroom, ANN.seat) == {run.id: 0.975}


def test_a_seats_lesson_is_on_the_board_with_its_step(open_page, sit):
    classroom = a_class(ANN)
    sit(ANN)
    open_page()
    assert doing(classroom, ANN.seat) == Doing("Home")
    lesson = find_lesson("same-distribution")
    LearnerRecord(ANN.seat).predict(lesson, [90.0], asker=TEACHER)
    for path, page in (("pages/6_Draw.py", "Draw"), ("pages/1_Lessons.py", "Lessons")):
        open_page(path)
        assert doing(classroom, ANN.seat) == Doing(page, lesson.title, f"step 1 of {len(lesson.steps)}")


def test_the_models_to_choose_from_are_the_visitors_own_and_those_of_the_class_that_it_sees(open_page, sit, tiny):
    made = {asker.seat: finished_run(tiny, asker=asker) for asker in (ANN, BOB, EVE, TEACHER)}

    def offered(asker):
        sit(asker)
        classes.forget()
        choice = widget(open_page().sidebar.selectbox, "Model in hand")
        return {seat for seat, run in made.items() if any(run.id[-4:] in title for title in choice.options)}

    assert [offered(asker) for asker in (ANN, TEACHER)] == [{ANN.seat}, {""}]
    classroom = a_class(ANN, BOB)
    assert [offered(asker) for asker in (ANN, TEACHER)] == [{ANN.seat, BOB.seat, ""}] * 2
    change_settings(classroom, asker=TEACHER, sees="own work")
    assert [offered(asker) for asker in (ANN, TEACHER)] == [{ANN.seat, ""}, {ANN.seat, BOB.seat, ""}]
    page = open_page(model=made[EVE.seat].id)
    assert widget(page.sidebar.selectbox, "Model in hand").value == made[EVE.seat].id, "taken in hand from elsewhere"


def test_a_task_is_asked_on_every_page_and_counted(open_page, sit, own_collection):
    classroom = a_class(ANN, BOB)
    page = open_page(CLASS, section="Collect")
    widget(page.button, "Ask all").click().run()
    assert open_task(classroom).describe() == "3 sevens (7)"
    (bar,) = again(page).get("progress")
    assert "0 of 6 have come" in bar.proto.text
    sit(ANN)
    learner = open_page()
    assert "So far: 0 of 3" in texts(learner)
    own_collection.add(np.eye(28, dtype=np.float32), 7, asker=ANN)
    assert "So far: 1 of 3" in texts(again(learner))
    for shift in (1, 2):
        own_collection.add(np.roll(np.eye(28, dtype=np.float32), shift), 7, asker=ANN)
    assert "All of yours have come" in texts(again(learner))
    sit(TEACHER)
    widget(again(page).button, "That is enough").click().run()
    assert open_task(classroom) is None


def test_own_work_alone_is_seen_where_the_teacher_says_so(open_page, sit, tiny):
    classroom = a_class(ANN, BOB)
    runs = {asker.seat: create_run(tiny, "fast", asker=asker) for asker in (ANN, BOB, TEACHER, EVE)}
    sit(ANN)
    assert len(_rows(open_page("pages/8_Runs.py"))) == 4
    change_settings(classroom, asker=TEACHER, sees="own work")
    classes.forget()
    assert set(_rows(open_page("pages/8_Runs.py"))) == {runs[ANN.seat].id, runs[""].id}
    assert "everybody sees their own work only" in texts(open_page(CLASS))
    sit(TEACHER)
    assert len(_rows(open_page("pages/8_Runs.py"))) == 4


def _rows(page):
    return list(page.dataframe[0].value["Run"])


def test_the_plot_and_the_wall_show_what_the_class_made(open_page, sit, tiny, own_collection):
    a_class(ANN)
    assert "No run of the class has ended yet" in texts(open_page(CLASS, section="Plot"))
    assert "has filed no drawing yet" in texts(open_page(CLASS, section="Wall"))
    own_collection.add(np.eye(28, dtype=np.float32), 7, asker=ANN)
    page = open_page(CLASS, section="Wall")
    assert "1 drawing;" in texts(page)
    assert 'alt="a 7' in html(page)


def test_a_class_is_ended_and_deleted_with_nothing_left(open_page, sit, tiny, runs, monkeypatch):
    monkeypatch.setattr(Sweeps, "_work", lambda self: None)
    classroom = a_class(ANN)
    theirs = finished_run(tiny)
    theirs_too = create_sweep(settings(), runs, asker=TEACHER)
    for _ in range(2):
        sweep, *_ = begin(runs, asker=ANN)
        sweep.say("ended", "It has ended.", asker=ANN)
    trash.delete(sweep, asker=ANN)
    still_running, *_ = begin(runs, asker=ANN)
    record = LearnerRecord(ANN.seat)
    for _ in range(2):
        record.predict(find_lesson("loss"), [[0.0, 2.0], [1.0, 0.1]], asker=ANN)
        clear(record, asker=ANN)
    record.predict(find_lesson("loss"), [[0.0, 2.0], [1.0, 0.1]], asker=ANN)
    mine = create_run(tiny, "fast", asker=ANN)
    mine.enqueue(asker=ANN)
    page = open_page(CLASS, section="End")
    widget(page.button, "Pause everybody").click().run()
    widget(page.button, "End the class").click().run()
    assert not classroom.is_open
    assert held(classroom) == [], "what an ended class held would hold for ever"
    assert mine.queue_number() is None
    assert still_running.status() == "stopped", "or it would begin one run after the other"
    assert theirs_too.status() == "running"
    assert f"The class {classroom.code}" in texts(page)
    sit(ANN)
    assert "Teach a network" in texts(open_page())
    sit(TEACHER)
    widget(page.checkbox, "Delete everything of this class for good").check().run()
    (delete,) = [one for one in page.button if one.label.startswith("Delete ")]
    delete.click().run()
    assert "nothing of it remains" in texts(page)
    assert all_classes() == []
    assert [run.id for run in list_runs()] == [theirs.id]
    assert {one.name for one in theirs_too.path.parent.iterdir()} == {theirs_too.id, ".deleted"}
    assert list((theirs_too.path.parent / ".deleted").iterdir()) == []
    assert list(record.folder.parent.iterdir()) == []


@pytest.mark.parametrize(
    ("address", "camera"),
    [
        ("http://192.168.1.10:8501/Draw", False),
        ("http://localhost:8501/Draw", True),
        ("http://127.0.0.1:8501/Draw", True),
        ("https://lab.school.example/Draw", True),
    ],
)
def test_over_plain_http_a_picture_comes_from_the_phones_own_camera(open_page, monkeypatch, address, camera):
    from streamlit.runtime.context import ContextProxy

    monkeypatch.setattr(ContextProxy, "url", property(lambda self: address))
    page = open_page("pages/6_Draw.py")
    (sources,) = [one for one in page.segmented_control if "Board" in one.options]
    assert ("Camera" in sources.options) == camera
    sources.set_value("Picture").run()
    assert ("your phone then offers its own camera" in texts(page)) != camera

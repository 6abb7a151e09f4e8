"""What the arena's scripts say, in the visitor's language."""

from ravine.core.words import _, all_texts
from ravine.experiments.inside import CURVES
from ravine.experiments.race import MARKS
from ravine.figures.curves import curve_letter, title


def words(bounded: bool, pointing: bool = False) -> dict[str, str]:
    """Every text of the arena by the name that its scripts use.

    `bounded`: whether the surface has a minimum. `pointing`: whether critical points are seen,
    which have many words.
    """
    parts = [_playing(), _looking(bounded), _lanes(), _dialling(), _taking()]
    return all_texts(*parts, *([_pointing()] if pointing else []))


def marks() -> dict[str, str]:
    """What each of `ravine.experiments.race.MARKS` is called in its menu."""
    names = {
        "levels": _("Level curves"),
        "minima": _("Minima"),
        "critical": _("All critical points: saddles, maxima"),
        "field": _("Gradient field: the direction of descent"),
        "fan": _("Fan: neighbouring values of the live knob"),
        "fade": _("Fading trails"),
        "gradient": _("Gradient arrow: −η∇f, a plain gradient step"),
        "velocity": _("Velocity arrow: the step that memory alone would take"),
        "step": _("Step arrow: the next step"),
    }
    return {mark: names[mark] for mark in MARKS}


def charts() -> dict[str, str]:
    """What each of `ravine.experiments.inside.CURVES` is called in its menu."""
    short = {
        "gap": "f − f*",
        "height": "f",
        "slope": "‖∇f‖",
        "distance": _("Distance to the nearest minimum"),
        "stride": _("Length of the step, ‖Δx‖"),
    }
    told = {"lr", "rate1", "rate2"}
    return {
        name: short.get(name) or (title(name) if name in told else curve_letter(name))
        for name in CURVES
    }


def room_words_of_arena() -> dict[str, str]:
    """What an arena in a room says: the teacher's, and those of the class."""
    return {
        "opened": _("Room {code} is open."),
        "lead": _("Follow me"),
        "leads": _("Room {code} follows this arena, slider for slider."),
        "other": _("Room {code} follows another arena of yours."),
        "leadHere": _("Follow this one"),
        "letGo": _("Let go"),
        "waits": _("You are in room {code}. When the teacher leads, this arena follows."),
        "follows": _("You follow room {code}: the teacher turns the knobs."),
        "inert": _("You follow room {code}: the teacher turns these. Leave the room to turn them."),
        "free": _("The teacher let go of room {code}: go on from here alone."),
        "over": _("Room {code} is over: go on from here alone."),
        "answer": _("Answer the question"),
        "leave": _("Leave"),
        "close": _("Close"),
        "offline": _("No connection. The picture stays; this arena goes on by itself."),
        "valueGap": _("numbers: f − f* at this step"),
        "valueHeight": _("numbers: f at this step"),
    }


def _playing() -> dict[str, str]:
    return {
        "bar": _("Play the race"),
        "play": _("Play"),
        "pause": _("Pause"),
        "back": _("One step back"),
        "forward": _("One step forward"),
        "predict": _("Predict first"),
        "close": _("Close"),
        "unreached": _("The server could not be reached. Try again."),
        "scrub": _("Step"),
        "speed": _("Speed"),
        "step": _("step {k} of {n}"),
        "headline": _(
            "Every method starts at the ring and walks downhill. Which one is first at the "
            "lowest point?"
        ),
        "high": _("high ground"),
        "lowest": _("the lowest point"),
        "method": _("each line is one method walking downhill"),
        "drag": _("drag me"),
        "help": _("What is this?"),
        "keys": _(
            "Keys: space plays, arrows step, Home and End jump, a digit hides an optimizer, P "
            "presents, Q shows the QR code then."
        ),
    }


def _looking(bounded: bool) -> dict[str, str]:
    return {
        "picture": _("The race"),
        "layout": _("Layout"),
        "overlay": _("Overlay"),
        "panels": _("Side by side"),
        "3d": _("3D"),
        "view": _("View"),
        "closer": _("Zoom in"),
        "wider": _("Zoom out"),
        "whole": _("Whole picture"),
        "follow": _("Follow: zoom out to the paths that left the picture"),
        "remark": _("{name}, step {k}: {said}"),
        "moved": _("The start has moved."),
        "undo": _("Undo"),
        "start": _("The start: drag it, or move it with the arrow keys"),
        "turning": _("Turn it with the arrow keys, zoom with plus and minus."),
        "show": _("Show"),
        "curves": _("Curves"),
        "value": _("numbers: f − f* at this step") if bounded else _("numbers: f at this step"),
        "results": _("Results"),
        "critical": _("Critical points"),
        "optimizer": _("Optimizer"),
        "outcome": _("Outcome"),
        "final": _("Final f"),
        "best": _("Best f"),
        "settings": _("Settings"),
        "broken": _(
            "The picture could not be drawn: its scripts did not arrive. Reload the page to try "
            "again."
        ),
        "noWebGL": _(
            "This browser cannot draw in three dimensions (WebGL is off). The other layouts "
            "show the same race."
        ),
    }


def _lanes() -> dict[str, str]:
    return {
        "lanes": _("Optimizers in this race"),
        "add": _("Add an optimizer"),
        "rates": _("Learning rates"),
        "rates_shared": _("same η for all"),
        "rates_best": _("each at its best η"),
        "hint_rates_best": _(
            "A fair race: for each optimizer the learning rate is sought with which it ends lowest."
        ),
        "seeking": _("Looking for the best rates ..."),
        "lane": _("Change {name}"),
        "hide": _("Hide {name}"),
        "unhide": _("Show {name}"),
        "rename": _("Rename"),
        "inside": _("Look inside its steps"),
        "differ": _("What is the difference?"),
        "duplicate": _("Duplicate"),
        "earlier": _("Move up"),
        "later": _("Move down"),
        "remove": _("Remove"),
        "own": _("Own value of"),
        "dialects": _("Dialect"),
    }


def _pointing() -> dict[str, str]:
    return {
        "mark": _("Mark them in the picture"),
        "searching": _("Looking for critical points ..."),
        "more": _("{n} more are not listed."),
        "allFlat": _("Every point is critical: the function is constant here."),
        "someFlat": _("A whole region is flat: all its points are critical, none is listed."),
        "noPoint": _("There is no critical point in this picture."),
        "model": _(
            "Dashed: level curves of the quadratic model. Arrows: the direction of gradient"
            " descent along the principal axes."
        ),
        "forget": _("Close"),
        "stable": _("Gradient descent near here is stable for η < 2/λmax = {rate}."),
        "stableAcross": _("Along λ₂ gradient descent is stable for η < 2/λ₂ = {rate}."),
        "takeRate": _("Use η = {rate}"),
        "startHere": _("Start exactly here"),
        "startBeside": _("Start {far} away from it"),
        **_kinds(),
        **_columns(),
    }


def _kinds() -> dict[str, str]:
    return {
        "minimum": _("Minimum"),
        "localMinimum": _("Local minimum"),
        "saddle": _("Saddle point"),
        "maximum": _("Maximum"),
        "degenerate": _("Degenerate point"),
        "kink": _("Kink"),
        "told_minimum": _("f rises in every direction."),
        "told_saddle": _(
            "f rises along λ₂ and falls along λ₁: gradient descent approaches along λ₂ and "
            "leaves along λ₁."
        ),
        "told_maximum": _("f falls in every direction: gradient descent leaves."),
        "told_degenerate": _(
            "One eigenvalue is zero: the quadratic model does not tell how f behaves in "
            "that direction."
        ),
        "told_kink": _("A minimum, but not a smooth one: there is no Hessian here."),
    }


def _columns() -> dict[str, str]:
    return {
        "column_point": _("Point"),
        "column_x1": "x₁",
        "column_x2": "x₂",
        "column_height": "f",
        "column_curved1": "λ₁",
        "column_curved2": "λ₂",
        "column_condition": "κ",
        "column_rate": "2/λmax",
        "hint_curved1": _("Smaller eigenvalue of the Hessian"),
        "hint_curved2": _("Larger eigenvalue of the Hessian"),
        "hint_condition": _("Condition number: larger curvature over smaller"),
        "hint_rate": _("Largest stable learning rate of gradient descent"),
        "curvature": _("Eigenvalue of the Hessian"),
        "condition": _("Condition number: larger curvature over smaller"),
    }


def _dialling() -> dict[str, str]:
    return {
        "dial": _("Choose the live knob"),
        "dialled": _("Live knob"),
        "sidebar": _("All settings"),
    }


def _taking() -> dict[str, str]:
    return {
        "take": _("Export"),
        "present": _("Present: over the whole screen (P)"),
        "qr": _("QR code of this link"),
        "png": _("Image (PNG)"),
        "svg": _("Image (SVG)"),
        "html": _("Page that plays offline (HTML)"),
        "gif": _("Animation of the run (GIF)"),
        "mp4": _("Video of the run (MP4)"),
        "webm": _("Video of the run (WebM)"),
        "filming": _("Recording: {percent} %"),
        "stop": _("Stop"),
        "csv": _("Data (CSV): all steps, all states"),
        "script": _("Python script"),
        "parcel": _("Python script with its library (ZIP)"),
        "credit": _("Ravine, the optimizer visualizer. MIT licence."),
        "flat_page": _("A page that plays offline is made in the 2D layouts only."),
        "whole_page": _("Open in Ravine"),
        "failed": _("That did not work: {why}"),
    }

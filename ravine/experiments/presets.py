"""Races worth opening, each with a sentence of what there is to see. tests/test_presets.py checks
every sentence.
"""

from typing import NamedTuple

from ravine.core.words import N_


class Preset(NamedTuple):
    """A race in the gallery. `title` and `sentence` are English, to be translated where they are
    shown.
    """

    slug: str
    title: str
    sentence: str
    link: str  # a query: "on=himmelblau&run=adam"
    # the question that is worth asking before it runs: its kind, and the lane that it is about
    asks: tuple[str, int | None] = ("lane", None)


PRESETS = (
    Preset(
        "five-rules",
        N_("Five rules in a ravine"),
        N_(
            "Gradient descent zigzags from wall to wall. Momentum and RMSProp are the only ones "
            "to arrive in 20 steps."
        ),
        "",
        asks=("order", None),
    ),
    Preset(
        "three-rates",
        N_("Three learning rates"),
        N_(
            "Gradient descent three times: η = 0.02 crawls, η = 0.1 walks, η = 0.4 zigzags and "
            "gets furthest."
        ),
        "run=gradient_descent~lr=0.02&run=gradient_descent~lr=0.1&run=gradient_descent~lr=0.4&steps=40",
    ),
    Preset(
        "stability",
        N_("Just over the edge"),
        N_(
            "Curvature 4 allows gradient descent η < 0.5: at 0.48 it closes in, at 0.51 every "
            "zigzag is longer."
        ),
        "run=gradient_descent~lr=0.48&run=gradient_descent~lr=0.51&steps=14",
        asks=("number", 0),
    ),
    Preset(
        "memory",
        N_("Too much memory"),
        N_(
            "With γ = 0.5 momentum settles in 19 steps. With γ = 0.9 it is still swinging after 40."
        ),
        "run=momentum~gamma=0.5&run=momentum~gamma=0.9&steps=40",
        asks=("choice", 1),
    ),
    Preset(
        "looking-ahead",
        N_("Looking ahead brakes"),
        N_(
            "Same memory, same rate: Nesterov arrives in 15 steps, momentum overshoots and "
            "needs 59."
        ),
        "run=momentum~gamma=0.9&run=nesterov~gamma=0.9&lr=0.1&steps=60",
    ),
    Preset(
        "looking-ahead-too-far",
        N_("Looking ahead, too far"),
        N_(
            "At curvature 4 and γ = 0.9 momentum bears η up to 0.95, Nesterov up to 0.34. At "
            "0.35 it flies apart."
        ),
        "run=momentum~gamma=0.9&run=nesterov~gamma=0.9&lr=0.35&steps=16",
        asks=("choice", 1),
    ),
    Preset(
        "best-settings",
        N_("Each at its best"),
        N_(
            "Both with the best settings that theory knows: momentum arrives in a quarter of "
            "the steps."
        ),
        "on=quadratic~kappa=50&start=-4.5,1&run=gradient_descent~lr=0.0392&run=momentum~lr=0.0614~gamma=0.566&steps=180&tol=0.0001",
    ),
    Preset(
        "forgetting",
        N_("A rate that only falls"),
        N_("AdaGrad remembers every gradient and slows to a crawl. RMSProp forgets, and arrives."),
        "run=adagrad&run=rmsprop~gamma=0.9&lr=0.2&steps=40",
    ),
    Preset(
        "fair-race",
        N_("Last, and first"),
        N_(
            "With everyone's η = 0.1 AdaGrad comes in last. With its own η = 2 it is the only "
            "one to arrive."
        ),
        "run=gradient_descent&run=momentum&run=rmsprop~gamma=0.9&run=adam&run=adagrad&run=adagrad~lr=2&lr=0.1&steps=50",
        asks=("order", None),
    ),
    Preset(
        "slow-start",
        N_("No learning rate at all"),
        N_(
            "AdaDelta has none, so ε sets its pace: 0.00001 goes a fifth of the way, 0.01 "
            "arrives in 41 steps."
        ),
        "run=adadelta~eps=1e-05&run=adadelta~eps=0.001&run=adadelta~eps=0.01&steps=60",
    ),
    Preset(
        "first-step",
        N_("The very first step"),
        N_(
            "Gradient descent leaps where it is steep. In each coordinate Adam starts with η, "
            "RMSProp with 3.2 η."
        ),
        "run=gradient_descent&run=rmsprop~gamma=0.9&run=adam&at=1",
    ),
    Preset(
        "turned-valley",
        N_("A valley turned by 30°"),
        N_(
            "Along the axes AdaGrad and RMSProp beat gradient descent. Turned, they lose to it: "
            "it turns along."
        ),
        "on=quadratic~theta=0.5235987755982988&start=-4.5,-0.3"
        "&run=gradient_descent&run=adagrad~lr=0.5&run=rmsprop~gamma=0.9~lr=0.1&lr=0.045",
    ),
    Preset(
        "leaving-a-saddle",
        N_("Who leaves the saddle first?"),
        N_(
            "A hair off the ridge all four get away: RMSProp at once, gradient descent last of all."
        ),
        "on=bounded_saddle&run=gradient_descent&run=momentum~gamma=0.9&run=rmsprop~gamma=0.9&run=adam&lr=0.1&steps=80",
        asks=("order", None),
    ),
    Preset(
        "on-the-ridge",
        N_("Exactly on the ridge"),
        N_(
            "Started with x₂ = 0 no rule ever leaves it: nothing pulls to either side, and all "
            "end at the saddle."
        ),
        "on=bounded_saddle&start=-1.5,0"
        "&run=gradient_descent&run=momentum~gamma=0.9&run=rmsprop~gamma=0.9&run=adam&lr=0.1&steps=80",
        asks=("point", 0),
    ),
    Preset(
        "bent-valley",
        N_("A long bent valley"),
        N_(
            "All three fall into it at once. In 300 steps only momentum gets through to the "
            "minimum."
        ),
        "on=rosenbrock&run=gradient_descent&run=momentum~gamma=0.9&run=adam~lr=0.05&lr=0.0018&steps=300",
    ),
    Preset(
        "flat-valley",
        N_("Across a flat valley"),
        N_(
            "Momentum swings from side to side and arrives in 74 steps. Gradient descent and "
            "Adam do not in 200."
        ),
        "on=beale&run=gradient_descent&run=momentum~gamma=0.9&run=adam&steps=200&zoom=0.4,3.6,-0.6,1.4",
    ),
    Preset(
        "four-minima",
        N_("One start, three ends"),
        N_(
            "Four minima, all equally deep. Gradient descent, momentum and Adam each end in "
            "another one."
        ),
        "on=himmelblau&start=1,-1&run=gradient_descent&run=momentum~gamma=0.9&run=adam~lr=0.2&lr=0.015&steps=150",
        asks=("point", 1),
    ),
    Preset(
        "two-wells",
        N_("Over the wall"),
        N_(
            "Gradient descent stays in the near, shallow well. Momentum rolls on into the "
            "deeper one."
        ),
        "on=double_well&run=gradient_descent&run=momentum~gamma=0.9&steps=120",
        asks=("point", 1),
    ),
    Preset(
        "egg-box",
        N_("A hundred traps"),
        N_(
            "Gradient descent stays in the first cup. Two others get further down, and none "
            "finds the lowest."
        ),
        "on=rastrigin&run=gradient_descent&run=momentum~gamma=0.97&run=adam~lr=0.5&lr=0.002&steps=300",
        asks=("point", 0),
    ),
    Preset(
        "funnel",
        N_("Ripples in a funnel"),
        N_(
            "The first dent holds gradient descent. Momentum and Adam, with longer strides, "
            "reach the middle."
        ),
        "on=ackley&run=gradient_descent&run=momentum~gamma=0.9&run=adam~lr=0.4&lr=0.02",
        asks=("choice", 0),
    ),
    Preset(
        "two-adams",
        N_("One name, two rules"),
        N_(
            "Both are called Adam and have the same sliders. With ε = 0.1 PyTorch's ends at "
            "0.6, Keras's at −1.7."
        ),
        "run=adam~eps=0.1&run=adam.keras~eps=0.1",
        asks=("point", 1),
    ),
    Preset(
        "clipped",
        N_("Clipped, it survives"),
        N_(
            "Momentum overflows in 9 steps. With gradients cut to length 1 it follows the "
            "valley to its end."
        ),
        "on=rosenbrock&run=momentum~gamma=0.9&run=momentum~gamma=0.9~with-clip_norm~limit=1.0&lr=0.005&steps=300",
        asks=("choice", 0),
    ),
    Preset(
        "curvature",
        N_("Curvature knows no down"),
        N_(
            "Newton climbs to the summit: it looks for level ground. BFGS arrives in 6 steps, "
            "gradient descent in 23."
        ),
        "on=himmelblau&start=0.5,-1&run=newton&run=bfgs&run=gradient_descent&lr=0.01&steps=40",
        asks=("point", 0),
    ),
    Preset(
        "schedule",
        N_("Only a falling rate settles"),
        N_(
            "Signs alone make steps of length η for ever. With a rate that falls to 0 they come "
            "to rest."
        ),
        "run=sign_sgd&run=sign_sgd~with-linear&lr=0.3&steps=60",
    ),
    Preset(
        "wall",
        N_("A wall at the foot of a slope"),
        N_(
            "Gradient descent meets the wall and is thrown out. With gradients cut to length 1 "
            "it stays at the foot."
        ),
        "on=cliff&run=gradient_descent&run=gradient_descent~with-clip_norm~limit=1.0&steps=40",
        asks=("choice", 0),
    ),
    Preset(
        "plateau",
        N_("Across the plateau"),
        N_(
            "Gradient descent creeps. Momentum gathers speed and shoots past the minimum. Adam "
            "arrives in 64 steps."
        ),
        "on=plateau&run=gradient_descent&run=momentum~gamma=0.9&run=adam&steps=80",
        asks=("choice", 1),
    ),
    Preset(
        "flat-minima",
        N_("Long steps choose flat minima"),
        N_(
            "The whole curve is minimum. η = 0.2 stops at once, where it is sharp; η = 0.5 only "
            "where it is flat."
        ),
        "on=product_valley&run=gradient_descent~lr=0.2&run=gradient_descent~lr=0.5&steps=100",
        asks=("point", 0),
    ),
    Preset(
        "flat-and-sharp",
        N_("Flat against sharp"),
        N_(
            "Both are equally deep. η = 0.02 ends in the narrow one, η = 0.1 is thrown out of "
            "it into the wide one."
        ),
        "on=flat_and_sharp&run=gradient_descent~lr=0.02&run=gradient_descent~lr=0.1&steps=120",
        asks=("point", 1),
    ),
    Preset(
        "dead-gradient",
        N_("A dead gradient"),
        N_(
            "The gradient is 0.000000006 long. Gradient descent stays where it is. Adam walks, "
            "and ends in a ripple."
        ),
        "on=easom&start=6.5,0&run=gradient_descent&run=adam&steps=300",
        asks=("choice", 0),
    ),
    Preset(
        "fork",
        N_("A fork in the valley"),
        N_(
            "Gradient descent takes the turning, momentum swings past it: two ends, and both "
            "equally deep."
        ),
        "on=branin&run=gradient_descent&run=momentum",
        asks=("point", 1),
    ),
    Preset(
        "raw-input",
        N_("Fifty cars, raw"),
        N_(
            "The slope of the line is found at once. After 300 steps nobody has a third of the "
            "intercept."
        ),
        "on=regression_raw",
        asks=("order", None),
    ),
    Preset(
        "standardized-input",
        N_("Fifty cars, standardized"),
        N_(
            "The same cars, a round bowl. Gradient descent arrives in 9 steps; on the raw input "
            "it needs 5767."
        ),
        "on=regression_standardized&run=gradient_descent&run=rmsprop~gamma=0.9&run=adam",
    ),
    Preset(
        "kink",
        N_("A weight that is exactly 0"),
        N_(
            "L1 has its minimum on a kink. A fixed η jumps across it for ever, a falling one "
            "comes to rest there."
        ),
        "on=regression_l1&run=gradient_descent&run=gradient_descent~with-linear&lr=0.2&steps=60",
        asks=("choice", 0),
    ),
    Preset(
        "wrong-and-sure",
        N_("Wrong and sure of it"),
        N_(
            "There the squared error is flat: gradient descent has four fifths of the height "
            "left after 200 steps."
        ),
        "on=logistic_mse&run=gradient_descent&run=rmsprop~gamma=0.9&run=adam",
        asks=("choice", 0),
    ),
    Preset(
        "cross-entropy",
        N_("Wrong, and told so"),
        N_(
            "Same data, same start, same η: cross-entropy is steep where the model is wrong, "
            "and all three come down."
        ),
        "on=logistic_cross_entropy&run=gradient_descent&run=rmsprop~gamma=0.9&run=adam",
    ),
    Preset(
        "saturated",
        N_("A saturated unit"),
        N_(
            "tanh is flat out here: gradient descent turns the outer weight and stops. RMSProp "
            "and Adam arrive."
        ),
        "on=network_tanh&run=gradient_descent&run=rmsprop~gamma=0.9&run=adam",
    ),
    Preset(
        "dead-unit",
        N_("A dead unit"),
        N_(
            "RMSProp and Adam step over the edge, to where there is no gradient. No step brings "
            "them back."
        ),
        "on=network_relu",
    ),
)


def chapter_link(preset: Preset) -> str:
    """The link of a race of the gallery, which says that it is one."""
    return "&".join(part for part in (preset.link, f"chapter={preset.slug}") if part)

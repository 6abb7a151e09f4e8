"""A corpus of rules as courses and notebooks write them, each against a plain loop in NumPy."""

import contextlib
import io
import re

import numpy as np
import pytest

from optim import build
from optim._typed import defaults_of, knobs_of, typed
from ravine.core.formula import FormulaError, parse_rule, renamed_in
from ravine.core.knob import knobs
from ravine.experiments.arithmetic import arithmetic
from ravine.experiments.link import decode, encode, read_link
from ravine.experiments.race import rule_of, run_race
from ravine.figures.arithmetic import step_script
from surfaces import SURFACES
from tests.formula.rolling import ground, path

RAVINE, START, STEPS = SURFACES["ravine"](), (-5.0, -2.0), 12
LR, GAMMA, BETA1, BETA2, EPS = 0.1, 0.6, 0.8, 0.95, 1e-3


def slope(x):
    """Of the ravine, 0.1 x1² + 2 x2²."""
    return np.array([0.2, 4.0]) * x


def height(x):
    return 0.1 * x[0] ** 2 + 2 * x[1] ** 2


def descent(x, m, t):
    return x - LR * slope(x)


def momentum(x, m, t):
    m["v"] = GAMMA * m["v"] + LR * slope(x)
    return x - m["v"]


def torch_momentum(x, m, t):
    m["v"] = GAMMA * m["v"] + slope(x)
    return x - LR * m["v"]


def averaged(x, m, t):
    m["v"] = GAMMA * m["v"] + (1 - GAMMA) * slope(x)
    return x - LR * m["v"]


def nesterov(x, m, t):
    m["v"] = GAMMA * m["v"] + LR * slope(x - GAMMA * m["v"])
    return x - m["v"]


def cs231n_nesterov(x, m, t):
    before = m["v"]
    m["v"] = GAMMA * m["v"] - LR * slope(x)
    return x - GAMMA * before + (1 + GAMMA) * m["v"]


def adagrad(x, m, t):
    m["v"] = m["v"] + slope(x) ** 2
    return x - LR * slope(x) / (np.sqrt(m["v"]) + EPS)


def rmsprop(x, m, t):
    m["v"] = GAMMA * m["v"] + (1 - GAMMA) * slope(x) ** 2
    return x - LR * slope(x) / (np.sqrt(m["v"]) + EPS)


def adam(x, m, t):
    g = slope(x)
    m["m"] = BETA1 * m["m"] + (1 - BETA1) * g
    m["v"] = BETA2 * m["v"] + (1 - BETA2) * g * g
    up, down = m["m"] / (1 - BETA1**t), m["v"] / (1 - BETA2**t)
    return x - LR * up / (np.sqrt(down) + EPS)


def uncorrected_adam(x, m, t):
    g = slope(x)
    m["m"] = BETA1 * m["m"] + (1 - BETA1) * g
    m["v"] = BETA2 * m["v"] + (1 - BETA2) * g * g
    return x - LR * m["m"] / (np.sqrt(m["v"]) + EPS)


def fading(x, m, t):
    return x - LR * 0.99**t * slope(x)


def late_fading(x, m, t):
    return x - LR * 0.99 ** (t - 1) * slope(x)


def inverse_time(x, m, t):
    return x - LR / (1 + 0.5 * (t - 1)) * slope(x)


def decayed(x, m, t):
    return x - LR * (slope(x) + 0.01 * x)


def unit(x, m, t):
    return x - LR * slope(x) / np.sqrt(np.sum(slope(x) ** 2))


def signs(x, m, t):
    return x - LR * np.sign(slope(x))


def root_time(x, m, t):
    return x - LR / np.sqrt(t) * slope(x)


CLIPPED = "x = x - lr*min(1, 1/||g||)*g"


def clipped(x, m, t):
    return x - LR * min(1.0, 1.0 / np.linalg.norm(slope(x))) * slope(x)


RULES = {
    # one line, in the names of courses
    "x += -learning_rate*dx": descent,
    "x += - learning_rate * dx": descent,
    "w = w - lr*dw": descent,
    "W = W - learning_rate * dW": descent,
    "theta -= alpha*grad": descent,
    "theta = theta - alpha*gradient": descent,
    "theta = theta - eta * gradients": descent,
    "weights += -step_size * weights_grad": descent,
    "params -= lr * grads": descent,
    "p -= lr * p.grad": descent,
    "w.data -= learning_rate * w.grad.data": descent,
    "x -= lr*grad_x": descent,
    "x = x - α∇f(x)": descent,
    "θ := θ − α∇J(θ)": descent,
    "θ ← θ - η∇_θ J(θ)": descent,
    "w := w - alpha * dJ_dw": descent,
    "x = x - lr * compute_gradient(x)": descent,
    "x -= lr * jax.grad(f)(x)": descent,
    "g = grad(x); x -= lr*g": descent,
    "dx = evaluate_gradient(loss, x); x -= lr*dx": descent,
    "ｘ＝ｘ－ｌｒ＊ｇ": descent,
    "x -= 0,1*g": descent,
    "p.data.add_(p.grad, alpha=-lr)": descent,
    "p.sub_(lr * p.grad)": descent,
    "self.w -= self.lr * self.w.grad": descent,
    "params['w'] -= learning_rate * grads['w']": descent,
    r"\theta_{t+1} = \theta_t - \eta \nabla f(\theta_t)": descent,
    r"\mathbf{w} \leftarrow \mathbf{w} - \eta \nabla J(\mathbf{w})": descent,
    "x = x - lr*(\n  g\n)": descent,
    # momentum
    "v = 0.6v + lr*g; x = x - v": momentum,
    "v = γv + ηg\nx = x - v": momentum,
    "v = mu * v - learning_rate * dx\nx += v": momentum,
    "v_t = γ*v_t + η*g_t\nθ = θ - v_t": momentum,
    "v = momentum*v + grad; w -= lr*v": torch_momentum,
    "buf.mul_(momentum).add_(p.grad)\np.add_(buf, alpha=-lr)": torch_momentum,
    "v = βv + (1-β)g\nx = x - ηv": averaged,
    "vdw = beta*vdw + (1 - beta)*dw\nw = w - alpha*vdw": averaged,
    r"v_{t} = \gamma v_{t-1} + \eta \nabla_{\theta} J(\theta) \\ \theta = \theta - v_{t}": momentum,
    "g = grad(x - gamma*v); v = gamma*v + lr*g; x = x - v": nesterov,
    "v_prev = v\nv = mu * v - learning_rate * dx\nx += -mu * v_prev + (1 + mu) * v": cs231n_nesterov,
    # scaled steps
    "cache += dx**2\nx += - learning_rate * dx / (np.sqrt(cache) + eps)": adagrad,
    "cache = decay_rate * cache + (1 - decay_rate) * dx**2\n"
    "x += - learning_rate * dx / (np.sqrt(cache) + eps)": rmsprop,
    "sdw = beta*sdw + (1-beta)*dw^2; w := w - alpha*dw/(sqrt(sdw) + epsilon)": rmsprop,
    "m = beta1*m + (1-beta1)*dx\nv = beta2*v + (1-beta2)*(dx**2)\n"
    "x += - learning_rate * m / (np.sqrt(v) + eps)": uncorrected_adam,
    "m = beta1*m + (1-beta1)*dx; mt = m / (1-beta1**t)\nv = beta2*v + (1-beta2)*(dx**2)\n"
    "vt = v / (1-beta2**t)\nx += - learning_rate * mt / (np.sqrt(vt) + eps)": adam,
    "m = β₁m + (1-β₁)g; v = β₂v + (1-β₂)g²; x = x - η·(m/(1-β₁^t))/(√(v/(1-β₂^t)) + ε)": adam,
    "exp_avg.mul_(beta_1).add_(grad, alpha=1 - beta_1)\n"
    "exp_avg_sq.mul_(beta_2).addcmul_(grad, grad, value=1 - beta_2)\n"
    "p.addcdiv_(exp_avg, exp_avg_sq.sqrt() + eps, value=-lr)": uncorrected_adam,
    r"m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t \\ v_t = \beta_2 v_{t-1} + (1-\beta_2) g_t^2 \\ "
    r"\hat{m}_t = \frac{m_t}{1-\beta_1^t} \\ \hat{v}_t = \frac{v_t}{1-\beta_2^t} \\ "
    r"\theta_t = \theta_{t-1} - \eta \frac{\hat{m}_t}{\sqrt{\hat{v}_t}+\epsilon}": adam,
    # rates that change, decay, lengths
    "lr = lr*0.99; x = x - lr*g": fading,
    "learning_rate *= 0.99\nx -= learning_rate*dx": fading,
    "x = x - lr*g; lr = lr*0.99": late_fading,
    "x -= lr*0.99**t*g": fading,
    "alpha = 0.99*alpha\nx = x - alpha*g": fading,
    "θ ← θ - η(∇f(θ) + 0.01θ)": decayed,
    "x = x - α(g + 0.01x)": decayed,
    "x -= lr/√t*g": root_time,
    "w -= lr*(dw + 0.01w)": decayed,
    "x = x - lr*g/||g||": unit,
    "x = x - lr*g/‖g‖₂": unit,
    r"x = x - \eta \frac{g}{\|g\|}": unit,
    "x = x - lr*g/np.linalg.norm(g)": unit,
    "x = x - lr*g/g.norm()": unit,
    "x -= lr*np.sign(g)": signs,
    "x = x - lr*torch.sign(g)": signs,
    CLIPPED: clipped,
}  # fmt: skip
LOOPS = {
    "vanilla": (
        """# Vanilla Gradient Descent
while True:
  weights_grad = evaluate_gradient(loss_fun, data, weights)
  weights += - step_size * weights_grad # perform parameter update
""",
        descent,
    ),
    "numpy": (
        """import numpy as np

def f(x):
    return 0.1*x[0]**2 + 2*x[1]**2

def grad(x):
    return np.array([0.2*x[0], 4*x[1]])

x = np.array([-5.0, -2.0])
lr = 0.1
path = [x.copy()]
for i in range(20):
    g = grad(x)
    x = x - lr * g        # the step
    path.append(x.copy())
    if i % 5 == 0:
        print(i, f(x))
path = np.array(path)
plt.plot(path[:, 0], path[:, 1])
""",
        descent,
    ),
    "numpy momentum": (
        """v = np.zeros_like(x)
gamma, lr = 0.6, 0.1
for epoch in range(num_epochs):
    grad = compute_gradient(x)
    v = gamma * v + lr * grad
    x -= v
    losses.append(f(x))
print(x)
""",
        momentum,
    ),
    "numpy nesterov": (
        """v = 0
for t in range(1, 100):
    g = grad(x - gamma*v)
    v = gamma*v + lr*g
    x = x - v
""",
        nesterov,
    ),
    "numpy adam": (
        """m = np.zeros(2); v = np.zeros(2)
beta1, beta2, eps = 0.8, 0.95, 1e-3
for t in range(1, 1001):
    g = grad(x)
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    x = x - lr * m_hat / (np.sqrt(v_hat) + eps)
    if np.linalg.norm(g) < 1e-6:
        break
""",
        adam,
    ),
    "adam that counts from zero": (
        """m, v = 0, 0
for i in range(1000):
    dx = gradient(x)
    m = beta1*m + (1-beta1)*dx
    v = beta2*v + (1-beta2)*dx*dx
    mhat = m/(1 - beta1**(i + 1))
    vhat = v/(1 - beta2**(i + 1))
    x -= lr*mhat/(vhat**0.5 + eps)
""",
        adam,
    ),
    "adam with a clock of its own": (
        """m = v = 0
t = 0
while not converged:
    t += 1
    g = df(x)
    m = beta1*m + (1-beta1)*g
    v = beta2*v + (1-beta2)*g**2
    x = x - lr*(m/(1-beta1**t))/(np.sqrt(v/(1-beta2**t)) + eps)
""",
        adam,
    ),
    "a clock that ticks last": (
        """t = 1
while t < 100:
    g = df(x)
    x = x - lr/np.sqrt(t)*g
    t = t + 1
""",
        root_time,
    ),
    "inverse time": (
        """for k in range(100):
    x = x - lr/(1 + 0.5*k)*grad(x)
""",
        inverse_time,
    ),
    "a rate that fades": (
        """lr = 0.1
for epoch in range(50):
    w -= lr * dw
    lr *= 0.99
""",
        late_fading,
    ),
    "pytorch": (
        """import torch
x = torch.tensor([-5.0, -2.0], requires_grad=True)
for step in range(100):
    loss = f(x)
    loss.backward()
    with torch.no_grad():
        x -= lr * x.grad
        x.grad.zero_()
    print(f"{step}: {loss.item()}")
""",
        descent,
    ),
    "pytorch with parameters": (
        """for epoch in range(epochs):
    y_pred = model(inputs)
    loss = loss_fn(y_pred, y)
    model.zero_grad()
    loss.backward()
    with torch.no_grad():
        for param in model.parameters():
            param -= learning_rate * param.grad
""",
        descent,
    ),
    "pytorch with data": (
        """for p in params:
    p.data.add_(p.grad.data, alpha=-lr)
""",
        descent,
    ),
    "pytorch momentum": (
        """velocity = torch.zeros_like(w)
for t in range(500):
    loss = ((X @ w - y)**2).mean()
    loss.backward()
    with torch.no_grad():
        velocity = momentum * velocity + w.grad   # as torch.optim.SGD has it
        w -= lr * velocity
    w.grad = None
""",
        torch_momentum,
    ),
    "without a loop": (
        """optimizer.zero_grad()
loss.backward()
with torch.no_grad():
    w -= lr * w.grad
""",
        descent,
    ),
    "jax": (
        """for i in range(100):
    loss, g = jax.value_and_grad(f)(x)
    x = x - lr * g
""",
        descent,
    ),
    "a function around": (
        """def gradient_descent(x, lr, steps):
    history = [x]
    for _ in range(steps):
        x = x - lr * grad_f(x)
        history.append(x)
    return history
""",
        descent,
    ),
    "full-width": ("for i in range（9）：\n    ｘ　－＝　ｌｒ＊ｇ　＃　更新\n", descent),
    "rmsprop": (
        """cache = 0.0
for it in range(1000):
    dx = compute_gradient(x)
    cache = decay_rate * cache + (1 - decay_rate) * dx**2
    x += -learning_rate * dx / (np.sqrt(cache) + eps)
""",
        rmsprop,
    ),
}
REFUSED = {
    "for i in range(9):\n    x = x - lr*(g if i else 0)\n    foo(x)\n    bar": (3, r"Nor are these lines: 4\."),
    "for i in range(9):\n    if i > 3:\n        lr = 0.1\n    x = x - lr*g": (2, "not understood"),
    "s = 1\nfor i in range(9):\n    s = s + g**2\n    x -= lr*g/s": (1, "s cannot start at 1"),
    "v = np.ones(2)\nfor i in range(9):\n    v = v + g\n    x -= lr*v": (1, "v cannot start at np.ones"),
    "for i in range():\n    print(i)": (1, "says what x becomes"),
    "for i in range(9):\n    print(i)": (1, "says what x becomes"),
    "for i in range(9):\n    optimizer.step()": (1, "says what x becomes"),
    "for x, y in loader:\n    opt.zero_grad()\n    loss = net(x)\n    loss.backward()\n    opt.step()": (3, "says what x becomes"),
    "for i in range(9):\n    g = 2*x\n    x = x - lr*g": (2, "g is given"),
    "w = w - lr*g*x": (1, "what x becomes"),
    "x = x - lr * learning_rate_of_mine * g": (1, "at most 12 characters"),
    r"v_{t+1} = \gamma v_t + g_t \\ x_{t+1} = x_t - \eta v_t": (1, "v is new already"),
    "v_t = γ v_{t-1} + g_t\nθ_t = θ_{t-1} - η v_{t-1}": (2, "v is new already"),
    r"x_{t+1} = x_t - \eta \unknown": (1, "write it without LaTeX"),
}  # fmt: skip


def by_numpy(step):
    """The path of a step, shape (STEPS + 1, 2)."""
    places, memory = [np.array(START)], {"v": np.zeros(2), "m": np.zeros(2)}
    for t in range(1, STEPS + 1):
        places.append(step(places[-1], memory, t))
    return np.array(places)


VALUES = {
    "lr": LR, "gamma": GAMMA, "mu": GAMMA, "beta": GAMMA, "momentum": GAMMA, "rho": GAMMA,
    "decay_rate": GAMMA, "beta1": BETA1, "beta2": BETA2, "eps": EPS,
}  # fmt: skip
CORPUS = RULES | dict(LOOPS.values())


def test_there_are_as_many_as_there_should_be():
    assert len(CORPUS) >= 60


@pytest.mark.parametrize("text", CORPUS)
def test_a_rule_takes_the_path_of_a_plain_loop(text):
    rule = parse_rule(text)
    mine, _memory = path(
        typed(text, **{name: VALUES[name] for name in rule.knobs}), RAVINE, START, STEPS
    )
    np.testing.assert_allclose(mine, by_numpy(CORPUS[text]), rtol=1e-11, atol=1e-13)
    assert parse_rule(rule.text) == rule
    np.testing.assert_array_equal(
        path(typed(rule.text, **{name: VALUES[name] for name in rule.knobs}), RAVINE, START, STEPS)[
            0
        ],
        mine,
    )


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_not_understood_is_named(text):
    line, said = REFUSED[text]
    with pytest.raises(FormulaError, match=said) as caught:
        parse_rule(text)
    assert caught.value.line == line


def test_the_rate_of_a_course_is_the_rate_of_the_race():
    for name in ("alpha", "eta", "learning_rate", "step_size"):
        rule = parse_rule(f"x -= {name}*g")
        assert rule.knobs == ("lr",)
        assert knobs_of(rule)["lr"] == knobs(type(build("adam")))["lr"]
        assert renamed_in(f"x -= {name}*g") == {name: "lr"}


def test_a_name_that_is_taken_stays_what_it_is():
    assert parse_rule("x -= lr*alpha*g").knobs == ("lr", "alpha")
    assert parse_rule("alpha = 1/t; x -= alpha*g").state == ("alpha",)
    assert parse_rule("dx = lr*g; x -= dx").state == ("dx",)
    assert parse_rule("x -= lr*(g + dx)").knobs == ("lr", "dx")
    assert parse_rule("m = beta*m + g; x -= m").knobs == ("beta",)


def test_the_memory_of_a_course_opens_where_memories_do():
    rule = parse_rule("v = beta*v + (1 - beta)*g; u = momentum*u + g; x -= lr*(u + v)")
    assert defaults_of(rule)["beta"] == defaults_of(rule)["momentum"] == 0.9


def test_a_rate_that_fades_starts_at_its_slider_and_is_shown_so():
    (lane,) = read_link("run=typed~text=lr=lr*0.5;x=x-lr*g").lanes
    race = decode({"run": ["typed~text=lr = lr*0.5; x = x - lr*g"], "lr": ["0.08"], "steps": ["3"]})
    (trace,) = run_race(race)
    assert race.lanes == (lane,)
    assert lane.kind.rule.fading == ("lr",)
    np.testing.assert_allclose(lane.kind.memory(trace.state)["lr"][:, 0], [0.08, 0.04, 0.02, 0.01])
    assert decode(encode(race)) == race


def test_what_counts_from_zero_still_does():
    assert parse_rule("k = k + 1; x = x - lr*g/k").fading == ()
    assert parse_rule("mu = beta*mu + (1 - beta)*g; x = x - lr*mu").fading == ()
    assert parse_rule("lr = 0.1/t; x = x - lr*g").fading == ()
    assert parse_rule("gamma = gamma + g; x = x - gamma").fading == ()


def test_a_schedule_slows_a_rate_that_fades_by_itself():
    fades = "typed~with-exponential~fall=0.9~text=lr = lr*0.99; x = x - lr*g"
    plain = "typed~with-exponential~fall=0.9~text=x = x - lr*0.99**t*g"
    mine, theirs = run_race(decode({"run": [fades, plain], "lr": ["0.1"]}))
    np.testing.assert_allclose(mine.x, theirs.x, rtol=1e-9)


@pytest.mark.parametrize("text", ["x = x - lr*g/||g||", "x = x - lr*g/‖g‖"])
def test_a_length_is_shown_as_one(text):
    rule = parse_rule(text)
    assert r"\left\|g\right\|" in rule.formula
    mine, _memory = path(typed(text, lr=0.5), ground("3x+4y"), (0.0, 0.0), 1)
    np.testing.assert_allclose(mine[1], [-0.3, -0.4], rtol=1e-15)


@pytest.mark.parametrize("name", LOOPS)
def test_a_loop_is_only_its_update(name):
    rule = parse_rule(LOOPS[name][0])
    assert not re.search(r"\b(loss|print|i|epoch|step)\b", rule.text)
    assert len(rule.text) < 250


def test_a_step_of_the_new_functions_is_told_as_it_was_taken():
    """The script of a step prints the very place to which it led."""
    text = "x=x-lr*(sigmoid(g)%2Bsoftplus(g)%2Brelu(g)%2Blog10(|g|)%2Basin(0.1sin(g))%2Bsinh(atan(g)))*g/||g||"
    race = read_link(f"run=typed~text={text}&steps=4")
    (trace,) = run_race(race)
    step = arithmetic(rule_of(race, race.lanes[0]), race.surface, trace, 3, race.lanes[0].text)
    names = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(step_script(step), "step.py", "exec"), names)
    np.testing.assert_allclose(names["x"], trace.x[3], rtol=1e-12)

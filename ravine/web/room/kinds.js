// How each kind of answer is given with finger, keyboard and screen reader, and how it is written.
// form(question, words, before, picture, changed) -> {element, value()}: null until there is one. `picture` is where a
// point is put: onPick(callback) calls back with [x, y] of the surface, draw(points, look) shows these and no others.

import { element, fill, percent, short } from "./parts.js"

const log = Math.log10
const AXES = ["x₁", "x₂"]

export const kinds = {
  point: {
    form: pointForm,
    text: (question, answer) => (answer ? placeText(question, answer) : ""),
    truth: placeText,
    away: (words, distance, share) => fill(words.offPoint, { percent: share(distance) }),
  },
  lane: {
    form: (question, words, before, _picture, changed) => radios(question.lanes, before, changed),
    text: (question, answer) => question.lanes[answer],
    truth: (question, truth) => question.lanes[truth],
    away: rightOrWrong,
    rows: (question, tally) => question.lanes.map((name, i) => [name, tally.counts[i]]),
  },
  number: {
    form: numberForm,
    text: (question, answer) => `${question.symbol} = ${short(answer)}`,
    truth: (question, truth) => `${question.symbol} = ${short(truth)}`,
    away: (words, distance) => (distance < 0.005 ? words.right : fill(words.offNumber, { factor: short(10 ** distance) })),
    rows: () => [],
  },
  order: {
    form: orderForm,
    text: (question, answer) => answer.map((i) => question.items[i]).join(" › "),
    truth: (question, truth) => truth.map((i) => question.items[i]).join(" › "),
    away: (words, distance, share) => (distance ? fill(words.offOrder, { percent: share(distance) }) : words.right),
    rows: (question, tally) => question.items.map((name, i) => [`1. ${name}`, tally.places[i][0]]),
  },
  choice: {
    form: choiceForm,
    text: (question, [option, sure]) => `${question.options[option]} (${percent(sure)})`,
    truth: (question, truth) => question.options[truth],
    away: (words, distance) => fill(words.offChoice, { score: short(distance) }),
    rows: (question, tally) => question.options.map((name, i) => [name, tally.counts[i]]),
  },
}

function placeText(question, [x, y]) {
  return `(${coordinate(x, question.x)}, ${coordinate(y, question.y)})`
}

/** A coordinate, to a thousandth of what the picture shows. */
function coordinate(value, [low, high]) {
  const digits = Math.ceil(3 - log(high - low))
  return short(Number(value.toFixed(Math.min(12, Math.max(0, digits)))))
}

function rightOrWrong(words, distance) {
  return distance ? words.wrong : words.right
}

function radios(names, before, changed, label = "") {
  let chosen = before ?? null
  const held = names.map((name, i) => {
    const input = element("input", { type: "radio", name: "answer", checked: i === chosen })
    input.addEventListener("change", () => {
      chosen = i
      changed()
    })
    return element("label", { className: "choice" }, [input, element("span", {}, name)])
  })
  return { element: element("fieldset", {}, [element("legend", {}, label), ...held]), value: () => chosen }
}

function choiceForm(question, words, before, _picture, changed) {
  const options = radios(question.options, before?.[0], changed)
  const fewest = Math.ceil(100 / question.options.length)
  let sure = before?.[1] ?? 0.8
  const label = element("span", {}, "")
  const slider = element("input", { type: "range", min: fewest, max: 100, step: 1, value: Math.round(100 * sure) })
  const say = () => {
    sure = Number(slider.value) / 100
    label.textContent = fill(words.sure, { percent: percent(sure) })
    slider.setAttribute("aria-valuetext", percent(sure))
  }
  slider.addEventListener("input", say)
  say()
  const held = element("div", {}, [options.element, element("label", {}, [label, slider])])
  return { element: held, value: () => (options.value() === null ? null : [options.value(), sure]) }
}

/** A slider is set when it moves, and where it is pressed though it stands there already. */
function onSet(slider, set) {
  for (const kind of ["input", "pointerup"]) slider.addEventListener(kind, set)
}

function numberForm(question, words, before, _picture, changed) {
  const low = log(question.low), high = log(question.high)
  let touched = before !== undefined
  const at = () => Math.min(question.high, Math.max(question.low, Number((10 ** Number(slider.value)).toPrecision(3))))
  const slider = element("input", { type: "range", min: low, max: high, step: (high - low) / 400 })
  slider.value = before === undefined ? (low + high) / 2 : log(before)
  const said = element("span", {}, "")
  const say = () => {
    said.textContent = `${words.number} ${question.symbol} = ${touched ? short(at()) : "?"}`
    slider.setAttribute("aria-valuetext", `${question.symbol} = ${short(at())}`)
    changed()
  }
  onSet(slider, () => {
    touched = true
    say()
  })
  const held = element("label", {}, [said, slider])
  queueMicrotask(say)
  return { element: held, value: () => (touched ? at() : null) }
}

function orderForm(question, words, before, _picture, changed) {
  const order = before ? [...before] : question.items.map((_item, i) => i)
  const list = element("ol", {})
  const move = (place, by) => {
    const [item] = order.splice(place, 1)
    order.splice(place + by, 0, item)
    draw()
    const buttons = list.children[place + by].querySelectorAll("button")
    const same = buttons[by < 0 ? 0 : 1]
    ;(same.disabled ? buttons[by < 0 ? 1 : 0] : same).focus()
    changed()
  }
  const draw = () =>
    list.replaceChildren(
      ...order.map((item, place) => {
        const name = question.items[item]
        const button = (sign, by, says) => {
          const made = element("button", { type: "button", disabled: !(place + by in order), onclick: () => move(place, by) }, sign)
          made.setAttribute("aria-label", fill(says, { item: name }))
          return made
        }
        return element("li", { className: "row" }, [
          element("span", {}, `${place + 1}. ${name}`), button("↑", -1, words.up), button("↓", 1, words.down),
        ])
      }),
    )
  draw()
  const held = element("fieldset", {}, [element("legend", {}, words.order), list])
  return { element: held, value: () => [...order] }
}

// The picture takes a finger; two sliders take keys and screen readers, and show where it was put.
function pointForm(question, words, before, picture, changed) {
  const value = before ? [...before] : [null, null]
  const draw = () => {
    picture.draw(value.includes(null) ? [] : [value], "own")
    for (const [i, slider] of sliders.entries()) {
      const [low, high] = ends[i]
      const text = value[i] === null ? "?" : coordinate(value[i], ends[i])
      slider.value = value[i] ?? (low + high) / 2
      slider.setAttribute("aria-valuetext", text)
      said[i].textContent = `${AXES[i]} = ${text}`
    }
    changed()
  }
  const said = [element("span", {}, ""), element("span", {}, "")]
  const ends = [question.x, question.y]
  const sliders = ends.map(([low, high], i) => {
    const slider = element("input", { type: "range", min: low, max: high, step: (high - low) / 500 })
    onSet(slider, () => {
      value[i] = Number(slider.value)
      draw()
    })
    return slider
  })
  picture.onPick((place) => {
    for (const [i, [low, high]] of ends.entries()) {
      value[i] = Math.min(high, Math.max(low, Number(place[i].toPrecision(5))))
    }
    draw()
  })
  const rows = sliders.map((slider, i) => element("label", {}, [said[i], slider]))
  queueMicrotask(draw)
  const held = element("fieldset", {}, [element("legend", {}, words.point), ...rows])
  return { element: held, value: () => (value.includes(null) ? null : [...value]) }
}

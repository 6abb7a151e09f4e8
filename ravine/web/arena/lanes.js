// The lanes of the race by name: which is which, its number at the present step, its story, and what can be done to it.

import { icon } from "../shared/icons.js"
import { sample } from "./marks.js"
import { button } from "../shared/menu.js"
import { fill } from "../shared/numbers.js"

export class Lanes {
  /** `edit(do, id, value)` asks for a change; `menu` is where the lane's menu opens. */
  constructor(edit, menu) {
    this.edit = edit
    this.menu = menu
    this.element = document.createElement("section")
    this.element.className = "rv-lanes"
    this.rates = new Rates(this.element, (kind) => this.edit("rates", "", kind))
    this.list = this.element.appendChild(document.createElement("ul"))
    this.adder = this.element.appendChild(button("", () => this.openAdder(), { className: "rv-add" }))
    this.adder.setAttribute("aria-haspopup", "dialog")
    this.note = this.element.appendChild(document.createElement("p"))
    this.note.className = "rv-note"
    this.entries = new Map()
  }

  /** Show these lanes: in the list, or an entry each where `place(lane)` says (an element), when it says one. */
  show(lanes, { words, theme, rules, whose, place = () => null }) {
    Object.assign(this, { lanes, words, rules })
    this.element.setAttribute("aria-label", words.lanes)
    if (this.adder.textContent !== words.add) {
      this.adder.innerHTML = `${icon("closer", 20)}<span></span>`
      this.adder.lastChild.textContent = words.add
    }
    this.note.textContent = words.value
    this.rates.show(whose, words)
    const ids = new Set(lanes.map((lane) => lane.id))
    for (const [id, entry] of this.entries) if (!ids.has(id)) entry.element.remove(), this.entries.delete(id)
    let listed = 0
    lanes.forEach((lane, i) => {
      if (!this.entries.has(lane.id)) this.entries.set(lane.id, new Entry(this))
      const entry = this.entries.get(lane.id)
      entry.show(lane, i, words, theme)
      const home = place(lane) ?? this.list
      if (home === this.list) {
        const there = this.list.children[listed++]
        if (there !== entry.element) this.list.insertBefore(entry.element, there ?? null)
      } else if (home.firstChild !== entry.element) home.replaceChildren(entry.element)
    })
  }

  /** The numbers at the present step, texts by lane. */
  tell(texts) {
    this.lanes?.forEach((lane, i) => this.entries.get(lane.id).tell(texts[i]))
  }

  openAdder() {
    const families = this.rules.flatMap(([family, rules]) => [
      Object.assign(document.createElement("h4"), { textContent: family }),
      column(rules.map(([slug, title, idea]) => Object.assign(button(title, () => this.do("add", "", slug)), { title: idea }))),
    ])
    const table = Object.assign(document.createElement("div"), { className: "rv-families" })
    table.append(...families)
    this.menu.open(this.adder, this.words.add, [table])
  }

  openMenu(entry) {
    const { lane, words } = { lane: entry.lane, words: this.words }
    const i = this.lanes.indexOf(lane)
    const item = (text, ...edit) => button(text, () => this.do(...edit))
    const up = item(words.earlier, "move", lane.id, -1)
    const down = item(words.later, "move", lane.id, 1)
    const remove = item(words.remove, "remove", lane.id, null)
    up.disabled = i === 0
    down.disabled = i === this.lanes.length - 1
    remove.disabled = this.lanes.length === 1
    const differ = item(words.differ, "differ", lane.id, null)
    differ.disabled = this.lanes.length === 1
    const items = [item(words.inside, "inside", lane.id, null), differ, item(words.duplicate, "duplicate", lane.id, null), up, down, remove]
    this.menu.open(entry.more, fill(words.lane, { name: lane.name }), [...this.idea(lane), this.renamer(lane), this.owner(lane), ...this.dialects(lane), column(items)])
  }

  /** What the rule does, in plain words; of a typed one nobody knows. */
  idea(lane) {
    const slug = lane.id.slice(0, lane.id.lastIndexOf("-"))
    const known = this.rules.flatMap(([, rules]) => rules).find(([rule]) => rule === slug)
    return known ? [Object.assign(document.createElement("p"), { className: "rv-idea", textContent: known[2] })] : []
  }

  renamer(lane) {
    const form = document.createElement("form")
    const input = form.appendChild(Object.assign(document.createElement("input"), { value: lane.called, placeholder: lane.name, maxLength: 40 }))
    input.setAttribute("aria-label", this.words.rename)
    form.append(Object.assign(document.createElement("button"), { textContent: this.words.rename }))
    form.addEventListener("submit", (event) => {
      event.preventDefault()
      this.do("rename", lane.id, input.value)
    })
    return form
  }

  /** Which knobs of a lane have a value of their own. */
  owner(lane) {
    const row = document.createElement("div")
    row.className = "rv-own"
    row.append(Object.assign(document.createElement("span"), { textContent: this.words.own }))
    for (const [knob, letter, own] of lane.knobs) {
      const made = button(letter, () => this.do("own", lane.id, knob))
      made.setAttribute("aria-pressed", own)
      row.append(made)
    }
    return row
  }

  /** In which form a lane runs its rule, when there are several. */
  dialects(lane) {
    if (!lane.dialects.length) return []
    const row = Object.assign(document.createElement("div"), { className: "rv-own rv-dialects" })
    row.append(Object.assign(document.createElement("span"), { textContent: this.words.dialects }))
    for (const [dialect, names, runs] of lane.dialects) {
      const made = button(names, () => this.do("speak", lane.id, dialect))
      made.setAttribute("aria-pressed", runs)
      row.append(made)
    }
    return [row]
  }

  do(...edit) {
    this.menu.close()
    this.edit(...edit)
  }
}

/** Whether all have one learning rate or each its best. */
class Rates {
  constructor(home, choose) {
    this.element = home.appendChild(Object.assign(document.createElement("div"), { className: "rv-rates" }))
    this.element.setAttribute("role", "group")
    this.made = Object.fromEntries(["shared", "best"].map((kind) => [kind, this.element.appendChild(button("", () => {
      this.seek(kind)
      choose(kind)
    }))]))
  }

  /** It can take seconds: who waits is told so. */
  seek(kind) {
    if (kind !== "best") return
    this.made.best.textContent = this.words.seeking
    this.made.best.setAttribute("aria-busy", "true")
  }

  show(whose, words) {
    this.words = words
    this.element.setAttribute("aria-label", words.rates)
    this.made.best.title = words.hint_rates_best
    this.made.best.removeAttribute("aria-busy")
    for (const [kind, made] of Object.entries(this.made)) {
      made.textContent = words[`rates_${kind}`]
      made.setAttribute("aria-pressed", kind === whose)
    }
  }
}

class Entry {
  constructor(owner) {
    this.element = document.createElement("li")
    this.element.className = "rv-lane"
    this.toggle = this.element.appendChild(button("", () => owner.edit("hide", this.lane.id, !this.lane.hidden), { className: "rv-toggle" }))
    this.value = this.element.appendChild(document.createElement("span"))
    this.value.className = "rv-value"
    this.more = this.element.appendChild(button("", () => owner.openMenu(this), { icon: icon("more", 20), className: "rv-more" }))
    this.more.setAttribute("aria-haspopup", "dialog")
    this.story = this.element.appendChild(document.createElement("p"))
    this.story.className = "rv-story"
  }

  show(lane, i, words, theme) {
    this.lane = lane
    const look = JSON.stringify([lane.name, lane.rate, lane.hidden, lane.marker, lane[theme.mode], lane.dash, i, words.hide])
    if (look !== this.look) {
      this.look = look
      this.element.dataset.id = lane.id
      this.element.classList.toggle("rv-hidden", lane.hidden)
      this.toggle.innerHTML = `${sample(lane, lane[theme.mode])}<span><b></b> <i></i></span>`
      const [name, rate] = this.toggle.lastChild.children
      name.textContent = lane.name
      rate.textContent = lane.rate
      this.toggle.setAttribute("aria-pressed", !lane.hidden)
      const says = fill(lane.hidden ? words.unhide : words.hide, { name: lane.name })
      this.toggle.title = i < 10 ? `${says} (${(i + 1) % 10})` : says
      this.more.setAttribute("aria-label", fill(words.lane, { name: lane.name }))
      this.more.title = fill(words.lane, { name: lane.name })
    }
    if (this.story.textContent !== lane.row.story) this.story.textContent = lane.row.story
    this.value.title = words.value
  }

  tell(text) {
    if (this.value.textContent !== text) this.value.textContent = text
  }
}

function column(elements) {
  const made = document.createElement("div")
  made.className = "rv-items"
  made.append(...elements)
  return made
}

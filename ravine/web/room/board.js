// A question as a room full of people sees it: the text, the picture, how they answered, and what came out.

import { chart, movedOf } from "./chart.js"
import { lay } from "./density.js"
import { arrows, ground, named } from "./ground.js"
import { kinds } from "./kinds.js"
import { call } from "./known.js"
import { element, fill } from "./parts.js"
import { replay } from "./replay.js"

const AGAIN = 3000 // milliseconds until what did not come is asked for again

export class Board {
  /** `key` is one of the room's that may look at how answers moved. */
  constructor(base, room, key, words) {
    Object.assign(this, { base, room, key, words, shown: "", pictures: new Map(), runs: new Map(), stop: () => {} })
    this.element = element("div", { className: "board" })
  }

  async show(state) {
    const now = JSON.stringify({ ...state, count: 0, entry: "" })
    if (now === this.shown) return
    this.shown = now
    this.stop()
    this.failed = false
    const [shifts, told] = await Promise.all([this.shifts(state), this.paths(state), this.maps(state)])
    if (now !== this.shown) return
    this.draw(state, shifts, told)
    if (this.failed) setTimeout(() => now === this.shown && this.again(state), AGAIN)
  }

  again(state) {
    this.shown = ""
    this.show(state)
  }

  draw(state, shifts, told) {
    const { question, phase } = state
    const taking = ["ask", "again", "happened"].includes(phase)
    const held = [element("h2", { className: question.text.length > 110 ? "long" : "" }, question.text)]
    const pictured = question.picture || question.kind === "point"
    const frame = pictured ? ground(question.alt ?? this.words.picture) : null
    if (question.picture) this.load(frame.querySelector("img"), state.number)
    const tally = state.tally ?? {}
    const parts = this.parts(question, tally, shifts, frame)
    held.push(element("div", { className: `parts${parts.length > 1 ? " two" : ""}` }, parts))
    const said = element("div", { className: "said", role: "status" })
    held.push(said)
    this.element.dataset.phase = phase
    this.element.replaceChildren(...held)
    if (question.kind === "point") this.points(frame.firstChild, state, shifts)
    if (question.truth != null && !question.fates) this.reveal(frame?.firstChild, state, told, said)
    else said.replaceChildren(...this.remarks(state, taking))
  }

  /** The picture, and what stands beside it. Where everyone ran one the class's map takes its place. */
  parts(question, tally, shifts, frame) {
    if (question.kind === "point") return [frame]
    if (!question.fates) return [frame, chart(question, tally, movedOf(question.kind, shifts), this.words)].filter(Boolean)
    const drawn = this.classMap && (Object.keys(tally).length || question.truth)
    return drawn ? this.classMap(frame, question, tally, this.words) : [frame].filter(Boolean)
  }

  /** What is worth a sentence before the reveal. */
  remarks({ phase, tally }, taking) {
    const votes = Object.keys(tally ?? {})
    const says = phase === "happened" || phase === "discuss" ? this.words.phases[phase] : taking || votes.length ? "" : this.words.nobody
    return says ? [element("p", {}, says)] : []
  }

  points(picture, { question, phase, tally }, shifts) {
    const votes = Object.entries(tally ?? {})
    if (!votes.length) return
    const [, { points, median }] = votes.at(-1)
    lay(picture, question, points)
    if (phase === "closed_again") arrows(picture, question, shifts)
    named(picture, question, median, "median", this.words.medianShort)
  }

  /** The run first, then its end has a name. */
  reveal(picture, state, told, said) {
    const { question, phase } = state
    const kind = kinds[question.kind]
    const truth = fill(this.words.truth, { answer: kind?.truth(question, question.truth) ?? "" })
    const box = question.box ?? (question.x && [question.x, question.y])
    const end = () => {
      if (picture && question.kind === "point") named(picture, question, question.truth, "truth", this.words.cameOut)
    }
    const lines = [element("p", { className: "truth" }, truth)]
    if (picture && box && told?.paths?.length) {
      const svg = picture.querySelector("svg")
      const play = (stands) => {
        this.stop()
        picture.querySelectorAll(".truth").forEach((old) => old.remove())
        this.stop = replay(svg, box, told.paths, { done: end, stands })
      }
      lines.push(names(told.paths))
      lines.push(element("button", { type: "button", className: "replay", onclick: () => play(false) }, this.words.replay))
      play(phase !== "reveal")
    } else end()
    said.replaceChildren(...lines)
  }

  /** What draws the map of a class in which everyone ran one is loaded for such a question. */
  async maps({ question }) {
    if (!question.fates || this.classMap) return
    const { classMap } = (await import("./class_map.js").catch(() => null)) ?? {}
    this.classMap = classMap
    this.failed ||= !classMap
  }

  /** How answers moved; asked for when two votes may be seen, and by whoever may know it. */
  async shifts({ tally }) {
    if (!tally?.second || !this.key) return []
    const told = await this.ask("projector")
    return told?.shifts ?? []
  }

  async paths({ number, question }) {
    if (question?.truth == null || !question.paths) return null
    const told = this.runs.get(number) ?? (await this.ask(`paths/${number}`))
    if (told) this.runs.set(number, told)
    return told
  }

  async ask(path) {
    try {
      const got = await call(this.base, this.room, path, this.key)
      if (got.ok) return await got.json()
      this.failed ||= got.status >= 429
    } catch {
      this.failed = true
    }
    return null
  }

  async load(image, number) {
    for (let tries = 0; !this.pictures.has(number) && tries < 20; tries++) {
      const got = await call(this.base, this.room, `picture/${number}`, this.key, { cache: "default" }).catch(() => null)
      if (got?.ok) this.pictures.set(number, URL.createObjectURL(await got.blob()))
      else if (got?.status === 404) return
      else await new Promise((done) => setTimeout(done, 2000))
    }
    image.src = this.pictures.get(number) ?? ""
  }
}

/** Whose path is which: colour and dash, as they are drawn. */
function names(paths) {
  const held = paths.map(({ name, light, dash }) => {
    const key = element("i", { className: "key" })
    key.style.borderTop = `.22em ${dash ? "dashed" : "solid"} ${light}`
    return element("span", {}, [key, ` ${name}`])
  })
  return element("p", { className: "legend" }, held)
}

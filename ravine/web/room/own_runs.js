// What this phone was handed to run: it shows it, runs it with one press, and sees what became of it before the class does.
// Loaded when a question of that kind is asked.

import { chip, classMap, textOf, tiny, valueOf } from "./class_map.js"
import { drawDots, element, fill } from "./parts.js"
import { replay } from "./replay.js"

const AGAIN = 1500 // milliseconds until what did not come is asked for again
const VOTES = ["first", "second", "after"]

export class OwnRuns {
  /** `ask(path)` asks the room, `now()` is {state, kept}: what there is, and what is kept in this browser; `keep()` keeps it. */
  constructor(words, ask, now, keep) {
    Object.assign(this, { words, ask, now, keep, told: new Map() }) // told: "number/vote" -> the run
  }

  get question() {
    return this.now().state.question
  }

  text(run) {
    return textOf(this.question, run)
  }

  /** There is nothing to choose: what was handed out is shown. */
  form(picture, changed) {
    const said = element("p", { className: "said" }, this.words.handing), { question } = this
    let own = null
    this.handed().then((given) => {
      if (given === null) return
      own = given
      said.textContent = fill(this.words[`handed_${question.kind}`], { value: this.text(own) })
      if (question.x) drawDots(picture, question, [valueOf(question, own)], "own")
      changed()
    })
    return { element: said, value: () => own }
  }

  /** Asked until it is told; it never changes. Null when the room has moved on. */
  async handed() {
    const { number, vote } = this.now().state, name = `handed ${number} ${vote}`
    while (this.now().kept[name] === undefined) {
      const got = await this.ask(`/handed/${number}/${vote}`).catch(() => null)
      if (got?.ok) this.now().kept[name] = (await got.json()).answer
      else await new Promise((done) => setTimeout(done, AGAIN))
      if (this.now().state.number !== number || this.now().state.vote !== vote) return null
    }
    this.keep()
    return this.now().kept[name]
  }

  /** [vote, run] of those that were run here and have arrived. */
  all() {
    const { state, kept } = this.now()
    const found = VOTES.map((vote) => [vote, kept[`${state.number}/${vote}`]])
    return found.filter(([, one]) => one?.acknowledged).map(([vote, one]) => [vote, one.answer])
  }

  map(picture) {
    return classMap(picture, this.question, this.now().state.tally, this.words, this.all().map(([, run]) => run))
  }

  /** What became of them; of the one that is asked for now with its path. */
  async show() {
    const place = document.getElementById("ran"), { number, vote } = this.now().state
    for (const [cast, run] of this.all()) {
      const id = `ran-${cast}`
      if (!place || document.getElementById(id)) continue
      const line = element("p", { className: "said", id, hidden: true })
      place.append(line)
      const told = await this.fetched(`${number}/${cast}`)
      if (!told) {
        line.remove()
        setTimeout(() => place.isConnected && this.show(), AGAIN)
        return
      }
      this.say(line, run, told)
      const svg = document.querySelector(".picture svg")
      if (place.isConnected && svg && vote === cast) replay(svg, this.question.box, [told.path], { stands: told.played })
      told.played = true
    }
  }

  async fetched(name) {
    if (!this.told.has(name)) {
      const got = await this.ask(`/run/${name}`).catch(() => null)
      if (got?.ok) this.told.set(name, await got.json())
    }
    return this.told.get(name)
  }

  say(line, run, { fate, steps, height }) {
    const { words, question } = this
    const says = [fill(words[`ran_${question.kind}`], { value: this.text(run), fate: question.fates[fate] })]
    if (steps !== null) says.push(fill(words.ranSteps, { n: steps }))
    if (height !== null && !question.x) says.push(fill(words.ranHeight, { height: tiny(height) }))
    line.replaceChildren(chip(question, fate), ` ${says.join(" ")}`)
    line.hidden = false
  }
}

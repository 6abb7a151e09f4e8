// Predict first: a question about the race before it is run. The guess stays on the picture beside what came out.
//
// One thing after the other: a question "seeks" its way here, "asks", the race "plays", and all is "told". As long as a
// guess is open nothing on the page tells the answer (predict.css, and `hides` for what is drawn and said).

import { Asker } from "./asker.js"
import { Asking, chosen, raceOf, Refused } from "./asking.js"
import { along, cornerOf, glyph, GuessMarks } from "./guess.js"
import { scales } from "./paint.js"
import { FACTOR, isRight, NEAR, Streak } from "./streak.js"
import { kinds } from "../room/kinds.js"
import { element, fill, percent } from "../room/parts.js"
import { loadFigure, loadStyle } from "../shared/fetching.js"

const DEAR = 100 // points of a path: what a mark is worth when the note looks for its corner
const HEAD = 80 // pixels of the window that are the head of the page
const MUCH = 0.33 // of the picture's height: a higher note says the last line alone
const MOST = 0.75 // of its width that a note may have
const STYLE = new URL("predict.css", import.meta.url).href

export class Predict {
  /** In `home`, the arena's section. `now()` is what is shown: {data, lanes, clock, panels}. `on` has show() and draw(), seek(step)
   * and stand(step) (which the link says too), play() from the start, flatten() (no relief;
   * whether there was one), raise() (the relief again), isFree(), isBusy() and leave() (the focus goes
   * back to where it came from).
   */
  constructor(home, now, on) {
    Object.assign(this, { home, now, on, phase: null, asked: null, mine: null, pickedBy: null })
    this.marks = new GuessMarks()
    this.streak = new Streak()
    const again = () => this.ask()
    this.asker = new Asker({ close: () => this.close(), send: (answer) => this.send(answer), other: (place) => this.ask(this.list[place]), next: again, skip: () => this.skip(), anew: again })
    this.note = element("div", { className: "rv-guess" })
    this.note.setAttribute("aria-hidden", "true")
    this.pressed = (event) => this.key(event)
  }

  /** Whether a question is open: the race stands at its start, and nothing is drawn of it. */
  get asks() {
    return this.phase === "seeks" || this.phase === "asks"
  }

  /** Whether what is said of the race would tell the answer. */
  get hides() {
    return this.asks || this.phase === "plays"
  }

  /** What there is to see, for who does not see it, in place of what became of the race. */
  get described() {
    return this.hides ? (this.asked?.question.alt ?? this.now().data.words.picture) : null
  }

  /** Whether the race is another one than was asked about. */
  get changed() {
    return Boolean(this.asked) && raceOf(this.now().data.link) !== this.asked.race
  }

  /** What the picture shows of the guess, if anything. */
  get drawn() {
    return this.phase && !(this.changed && !this.asks) ? this.marks : null
  }

  get lang() {
    return new URLSearchParams(this.now().data.ground).get("lang") ?? "en"
  }

  /** The visitor wants to be asked. Rejects where what hides the answer does not come. */
  async open() {
    if (!(await loadStyle(STYLE))) throw new Error(`no ${STYLE}`)
    if (!this.on.isFree()) return
    if (!this.phase) {
      this.stood = this.now().clock.position
      this.opened = this.now().data.opened
      this.spoken = this.lang
      document.addEventListener("keydown", this.pressed)
    }
    await this.ask()
  }

  /** Ask `which` of the questions, or the next one. */
  async ask(which = null) {
    const mine = this.begin()
    const { data } = this.now()
    try {
      this.words = await loadFigure(`${data.urls.predict}?lang=${this.lang}`)
      const server = new Asking(data.urls.asks, this.lang)
      const list = await server.questions(data.link)
      if (!list.length) throw new Refused(this.words.nothing)
      const one = list.find((other) => which && isSame(other, which)) ?? chosen(list, this.streak.now.turns)
      const question = await server.question(data.link, one)
      if (mine !== this.mine) return
      this.asked = { server, link: data.link, race: raceOf(data.link), one, question }
      this.show(list)
    } catch (error) {
      if (mine === this.mine) this.asker.complain(this.sentence(error), this.words?.again ?? data.words.predict, () => this.ask(which))
    }
  }

  /** The race goes to its start, and a question is looked for. Returns what is under way: later ones take its place. */
  begin() {
    this.mine = {}
    this.asked = this.pickedBy = null
    this.marks.clear()
    this.on.seek(0)
    const { words } = this.now().data
    const first = !this.phase
    this.enter("seeks")
    this.asker.seek(words, this.words?.seeks ?? "")
    if (first) this.asker.element.focus({ preventScroll: true })
    this.wasRelief ||= this.on.flatten()
    return this.mine
  }

  /** A question is here. */
  show(list) {
    const { question, one } = this.asked
    this.list = list
    this.marks.lane = this.now().lanes[one.lane]?.id
    const draw = ([place]) => {
      this.marks.guess = place ?? null
      this.on.draw()
    }
    const picture = { draw, onPick: (callback) => (this.pickedBy = callback) }
    const at = list.findIndex((other) => isSame(other, one))
    this.asker.ask({ question, list, at }, this.words, picture)
    this.asker.tellChanged(this.changed, this.words)
    this.enter("asks")
  }

  /** A place of the picture, [x, y], was pressed. */
  pick(place) {
    this.pickedBy?.(place)
  }

  /** The guess is made: what comes out is told when the race has been seen. */
  async send(answer) {
    const mine = (this.mine = {})
    const { server, link, one } = this.asked
    const { pickedBy } = this
    this.pickedBy = null // the guess stays where it is
    this.asker.wait(true)
    try {
      const found = await server.truth(link, one, answer)
      if (mine !== this.mine) return
      const row = this.streak.add(isRight(one.kind, answer, found))
      this.asked = { ...this.asked, ...found, row }
      if (this.changed) this.tell()
      else this.watch()
    } catch (error) {
      if (mine !== this.mine) return
      this.pickedBy = pickedBy
      this.asker.refuse(this.sentence(error))
    }
  }

  watch() {
    this.pickedBy = null
    this.asker.watch(this.told, this.words)
    this.enter("plays")
    this.on.play()
  }

  /** Drawn: the race may have come to its end. */
  tick() {
    const { clock } = this.now()
    if (this.phase === "plays" && clock.atEnd && !clock.playing) this.tell()
  }

  skip() {
    this.on.seek(this.now().clock.steps) // which is drawn, and told
  }

  tell() {
    const { question, answer, truth } = this.asked
    if (question.kind === "point") Object.assign(this.marks, { guess: answer, truth })
    this.pickedBy = null
    this.asker.tell(this.told, this.words)
    this.asker.tellChanged(this.changed, this.words)
    this.enter("told")
  }

  /** The guess and what came out, in words. */
  get told() {
    const { question, answer, truth, distance, row } = this.asked
    const { words } = this
    const kind = kinds[question.kind]
    return {
      question,
      yours: fill(words.yours, { answer: kind.text(question, answer) }),
      truth: fill(words.truth, { answer: kind.truth(question, truth) }),
      away: kind.away(words, distance, percent),
      row: fill(words.row, { n: row }),
      rule: fill(words.rule, { percent: percent(NEAR), factor: FACTOR }),
    }
  }

  enter(phase) {
    this.phase = phase
    this.home.dataset.predicts = phase
    this.on.show()
    this.place()
    if (phase !== "seeks") this.reveal()
  }

  /** Bring into view what is to be read; and the picture, where it is to be looked at. */
  reveal() {
    const { element: panel } = this.asker
    panel.scrollIntoView({ block: panel.offsetHeight > innerHeight - HEAD ? "start" : "nearest" })
    if (!this.asks || this.pickedBy) this.home.querySelector(".rv-view").scrollIntoView({ block: "nearest" })
  }

  /** Stand where there is room: beside the picture, or below it. */
  place() {
    if (!this.phase) return
    const aside = this.home.classList.contains("rv-aside")
    const [side, tools] = [".rv-side", ".rv-tools"].map((part) => this.home.querySelector(part))
    const { element: panel } = this.asker
    if (aside && panel.parentElement !== side) side.prepend(panel)
    if (!aside && panel.nextSibling !== tools) tools.before(panel)
    this.placeNote()
  }

  /** The note on the picture, the guess and what came out, where it hides least. */
  placeNote() {
    const { panels } = this.now()
    const panel = panels.find(({ lanes }) => this.marks.isOn(lanes)) ?? panels[0]
    if (this.asks || !this.drawn || !panel?.drawn || !panel.frame) return this.note.remove()
    const view = this.home.querySelector(".rv-view")
    view.append(this.note)
    this.fillNote(panel.frame)
    const [home, held] = [view.getBoundingClientRect(), panel.holder.getBoundingClientRect()]
    const [left, top] = cornerOf(panel.frame, [this.note.offsetWidth, this.note.offsetHeight], this.shown(panel))
    Object.assign(this.note.style, { left: `${left + held.left - home.left}px`, top: `${top + held.top - home.top}px` })
  }

  fillNote({ width, height }) {
    const { yours, truth, away } = this.told
    const lines = this.phase === "told" ? [["guess", yours], ["truth", truth], ["", away]] : [["guess", yours]]
    this.note.replaceChildren(...lines.map(([mark, text]) => noted(mark, text)))
    this.note.style.maxWidth = `${MOST * width}px`
    if (this.note.offsetHeight > MUCH * height) this.note.replaceChildren(this.note.lastChild)
  }

  /** Pixels of a panel that are worth to be seen: the paths, and what is marked. */
  shown(panel) {
    const { toPixel } = scales(panel)
    const paths = panel.lanes.filter((lane) => !lane.hidden).flatMap((lane) => along(Array.from(lane.x, (x, k) => toPixel(x, lane.y[k]))))
    const marked = [this.marks.guess, this.marks.truth].filter(Boolean).map((place) => toPixel(...place))
    return [...paths, ...marked.flatMap((pixel) => Array(DEAR).fill(pixel))]
  }

  /** New data: perhaps another race. */
  meet({ opened }) {
    if (!this.phase) return
    if (opened !== this.opened) return this.shut()
    if (this.lang !== this.spoken) return this.close()
    if (!this.asked) return
    this.asker.tellChanged(this.changed, this.words)
    if (this.changed && this.phase === "plays") this.tell()
  }

  key(event) {
    if (event.key !== "Escape" || event.defaultPrevented || !this.isHeld || this.on.isBusy()) return
    event.preventDefault()
    this.close()
  }

  /** Whether the visitor is at the arena, or nowhere. */
  get isHeld() {
    const { activeElement, body } = document
    return activeElement === body || this.home.contains(activeElement)
  }

  /** No more questions: the race is seen as it was. */
  close() {
    if (!this.phase) return
    const { asks, stood, isHeld, wasRelief } = this
    this.shut()
    if (wasRelief) this.on.raise()
    if (asks) this.on.stand(stood)
    this.on.show()
    if (isHeld) this.on.leave()
  }

  shut() {
    document.removeEventListener("keydown", this.pressed)
    this.phase = this.asked = this.pickedBy = null
    this.wasRelief = false
    this.mine = {}
    this.marks.clear()
    delete this.home.dataset.predicts
    this.note.remove()
    this.asker.element.remove()
  }

  sentence(error) {
    return (error instanceof Refused && error.message) || this.now().data.words.unreached
  }

  dispose() {
    this.shut()
  }
}

function isSame(one, other) {
  return one.kind === other.kind && one.lane === other.lane
}

function noted(mark, text) {
  const made = element("p")
  if (mark) made.innerHTML = glyph(mark)
  made.append(element("span", {}, text))
  return made
}

// The panel that asks: the question with its form, then the guess beside what came out.

import { label } from "./bar.js"
import { glyph } from "./guess.js"
import { icon } from "../shared/icons.js"
import { button } from "../shared/menu.js"
import { kinds } from "../room/kinds.js"
import { element } from "../room/parts.js"

export class Asker {
  /** `on` has close(), send(answer), other(place in the list), next(), skip() and anew(). */
  constructor(on) {
    this.on = on
    this.element = element("section", { className: "rv-question", tabIndex: -1 })
    this.name = element("span")
    this.closer = button("", () => on.close(), { icon: icon("close", 20) })
    this.heard = element("p", { className: "rv-heard", role: "status" })
    this.body = element("div", { className: "rv-asked" })
    this.wrong = element("p", { className: "rv-wrong", role: "alert" })
    this.others = element("select")
    this.others.addEventListener("change", () => on.other(this.others.selectedIndex))
    this.title = element("span")
    this.foot = element("label", { className: "rv-others", hidden: true }, [this.title, this.others])
    this.change = element("div", { className: "rv-changed", hidden: true })
    const head = element("div", { className: "rv-questioner" }, [this.name, this.closer])
    this.element.append(head, this.heard, this.body, this.wrong, this.change, this.foot)
  }

  /** A question is on its way; `words` are those of the arena. */
  seek(words, text) {
    this.name.textContent = words.predict
    this.element.setAttribute("aria-label", words.predict)
    label(this.closer, words.close)
    this.tellChanged(false)
    this.fill([element("p", {}, text)], text)
    this.element.setAttribute("aria-busy", "true")
  }

  /** A question, with all that may be asked instead: {question, list, at}. `picture` is where a point is put. */
  ask({ question, list, at }, words, picture) {
    const send = element("button", { type: "submit", className: "rv-main-act", disabled: true }, words.send)
    const changed = () => (send.disabled = this.busy || form.value() === null)
    const form = kinds[question.kind].form(question, words, undefined, picture, changed)
    const held = element("form", {}, [this.head(question.text), form.element, send])
    held.addEventListener("submit", (event) => {
      event.preventDefault()
      if (!send.disabled) this.on.send(form.value())
    })
    this.wait = (waits) => {
      this.busy = waits
      send.textContent = waits ? words.runs : words.send
      changed()
    }
    this.wait(false)
    this.offer(list, at, words.other)
    this.fill([held], question.text, "input, ol button:not(:disabled)")
  }

  /** The race runs, and the guess stands. */
  watch({ question, yours }, words) {
    this.foot.hidden = true
    const skip = button(words.skip, () => this.on.skip(), { className: "rv-act" })
    this.fill([this.head(question.text), line("guess", yours), element("p", {}, words.watch), skip], words.watch, ".rv-act")
  }

  /** What came out, beside the guess: {question, yours, truth, away, row, rule}. */
  tell({ question, yours, truth, away, row, rule }, words) {
    this.foot.hidden = true
    const acts = element("div", { className: "rv-acts" }, [
      button(words.next, () => this.on.next(), { className: "rv-main-act" }), button(words.enough, () => this.on.close(), { className: "rv-act" }),
    ])
    const told = element("div", { className: "rv-told" }, [line("guess", yours), line("truth", truth), element("p", { className: "rv-away" }, away), element("p", {}, row)])
    this.fill([this.head(question.text), told, element("p", { className: "rv-note" }, rule), acts], `${truth} ${yours} ${away} ${row}`, ".rv-main-act")
  }

  /** What went wrong, and once more. */
  complain(text, again, retry) {
    const acts = again ? [button(again, retry, { className: "rv-act" })] : []
    this.fill(acts, "", ".rv-act")
    this.wrong.textContent = text
  }

  /** An answer that was not taken: the form stays. */
  refuse(text) {
    this.wait(false)
    this.wrong.textContent = text
  }

  /** Whether the race is another one than was asked about. */
  tellChanged(is, words) {
    if (this.change.hidden === !is) return
    this.change.hidden = !is
    this.change.replaceChildren(...(is ? [element("p", { role: "status" }, words.changed), button(words.anew, () => this.on.anew(), { className: "rv-act" })] : []))
  }

  head(text) {
    return element("h3", {}, text)
  }

  /** Other questions, of which the one at `at` is asked. */
  offer(list, at, title) {
    this.title.textContent = title
    this.foot.hidden = list.length < 2
    const texts = list.map(({ text }) => text)
    if (texts.join("\n") !== this.texts) this.others.replaceChildren(...texts.map((text) => new Option(text)))
    this.texts = texts.join("\n")
    this.others.selectedIndex = at
  }

  /** Show this, and say `text` to who listens. Who was in what is gone goes on at `first`. */
  fill(content, text, first = "") {
    const { activeElement } = document
    const held = this.body.contains(activeElement) || activeElement === document.body || activeElement === this.element
    this.element.removeAttribute("aria-busy")
    this.wrong.textContent = ""
    this.body.replaceChildren(...content)
    this.heard.textContent = text
    if (held && this.element.isConnected) ((first && this.body.querySelector(first)) || this.element).focus({ preventScroll: true })
  }
}

function line(mark, text) {
  const made = element("p", { className: "rv-line" })
  made.innerHTML = glyph(mark)
  made.append(element("span", {}, text))
  return made
}

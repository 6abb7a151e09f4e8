// A room, from the head of every page: it opens one, shows how phones get in, asks about the race of the page, and leads to
// the pages of the teacher and the projector.

import { call, forgetRoom, knownRoom, openRoom, places } from "../room/known.js"
import { ask, linkOf } from "../room/questions.js"
import { button } from "../shared/menu.js"
import { qrButton } from "./qr.js"

const WITHOUT = "pages/verified.py" // it shows no race
const MAY_ASK = new Set(["wait", "reveal", "settled"]) // the phases in which no question waits for answers

export class Room {
  constructor(menu) {
    this.menu = menu
  }

  /** Open at `anchor`, with the head's `data`. */
  async open(anchor, data) {
    Object.assign(this, { data, words: data.words.room, base: data.urls.room })
    this.note = made("p", { className: "rv-said" })
    this.note.setAttribute("role", "status")
    this.place = made("div", { className: "rv-room-window" })
    this.menu.open(anchor, this.words.title, [this.note, this.place])
    await this.show()
  }

  /** The room that this browser knows, when it is still there. */
  async show() {
    const room = knownRoom()
    const phase = room?.secret ? await this.phase(room) : "over"
    this.place.replaceChildren(...(phase === "over" ? this.nothing() : this.all(room, phase)))
    if (!this.menu.isOpen) return
    this.menu.place()
    this.place.querySelector("button, a")?.focus({ preventScroll: true })
  }

  /** Its phase; "over" when it is no more, "" when nobody knows. */
  async phase(room) {
    try {
      const got = await call(this.base, room, "projector", room.secret)
      if (got.ok) return (await got.json()).phase
      if (got.status !== 403 && got.status !== 404) return ""
      forgetRoom()
      return "over"
    } catch {
      return ""
    }
  }

  nothing() {
    const open = button(this.words.open, async () => {
      if (await this.doing(() => openRoom(this.base))) await this.show()
    })
    open.className = "rv-room-open"
    return [made("p", { className: "rv-idea", textContent: this.words.what }), open]
  }

  all(room, phase) {
    const { words } = this, at = places(this.base, room)
    const code = made("p", { className: "rv-room-code", textContent: room.code })
    const phones = qrButton(this.menu, { ...this.data.words, qr: words.qr }, this.qr(at.phones), at.phones.split("#")[0])
    return [
      code, made("p", { className: "rv-idea", textContent: `${words.join} ${at.typed}` }), items(phones),
      ...this.actions(at), ...this.questions(room, phase),
    ]
  }

  /** What a teacher does with the room. */
  actions(at) {
    const { words } = this, shown = made("div", { className: "rv-room-control" })
    const control = button(words.control, () => this.control(shown, at.teach))
    return [items(leads(words.projector, at.show), leads(words.steer, at.teach), control), shown]
  }

  qr(address) {
    return `${this.data.urls.qr}?text=${encodeURIComponent(address)}`
  }

  /** The control link is the room's secret: it is drawn at a press alone, and no log and no cache has it. */
  async control(place, address) {
    const image = made("img", { alt: this.words.controlQr, width: 180, height: 180 })
    const warning = made("p", { className: "rv-idea", textContent: this.words.controlWarning })
    await this.doing(async () => {
      const got = await fetch(this.data.urls.qr, { method: "POST", body: address })
      image.src = URL.createObjectURL(await got.blob())
      await image.decode()
      place.replaceChildren(warning, image)
    })
    if (this.menu.isOpen) this.menu.place()
    image.scrollIntoView({ block: "nearest" })
  }

  /** What can be asked of the race of the page; one press asks it. */
  questions(room, phase) {
    if (this.data.page === WITHOUT) return []
    const title = made("h4", { textContent: this.words.ask }), list = made("div", { className: "rv-items rv-room-asks" })
    const may = MAY_ASK.has(phase)
    list.append(made("p", { className: "rv-idea", textContent: may ? this.words.coming : this.words.busy }))
    if (may) this.list(room, list)
    return [title, list]
  }

  async list(room, list) {
    const link = linkOf(location.href), { words, data } = this
    try {
      const got = await fetch(`${data.urls.questions}?${link}${link ? "&" : ""}room=1&lang=${data.language}`)
      const told = await got.json()
      const rows = (told.questions ?? []).map((one) => button(one.text, () => this.ask(room, { ...one, link })))
      const says = told.says ?? (rows.length ? "" : words.none)
      list.replaceChildren(...(says ? [made("p", { className: "rv-idea", textContent: says })] : []), ...rows)
    } catch {
      list.replaceChildren(made("p", { className: "rv-idea", textContent: words.offline }))
    }
    if (this.menu.isOpen) this.menu.place()
  }

  async ask(room, one) {
    const asked = await this.doing(() => ask(this.base, room, one))
    if (!asked) return
    await this.show()
    this.note.textContent = `${this.words.asked} ${one.text}`
  }

  /** Do it; where it is refused, say why. */
  async doing(work) {
    this.note.textContent = this.words.coming
    try {
      const done = (await work()) ?? true
      this.note.textContent = ""
      return done
    } catch (error) {
      this.note.textContent = error.status ? error.message : this.words.offline
      return null
    }
  }
}

function made(name, properties) {
  return Object.assign(document.createElement(name), properties)
}

function items(...held) {
  const list = made("div", { className: "rv-items" })
  list.append(...held)
  return list
}

/** A link that opens in a tab of its own. */
function leads(text, href) {
  return made("a", { textContent: text, href, target: "_blank", rel: "noopener" })
}

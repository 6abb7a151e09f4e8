// An arena of the class: while the teacher leads it shows what the teacher's arena shows, without a run of the page. When
// the teacher lets go, what is shown becomes the visitor's own race.

import { roomOf, stay } from "./company.js"
import { joined, numbersOf, parted } from "./led.js"
import { Line } from "./line.js"
import { lookOf } from "./look.js"
import { call } from "../room/known.js"
import { fetchPicture, loadStyle } from "../shared/fetching.js"
import { fill } from "../shared/numbers.js"

const AGAIN = 2 // seconds until the next try where nothing answers
const USUAL = 5 // seconds until the next look where the server does not say
const SETTINGS = '[data-testid="stSidebarUserContent"]' // what Streamlit puts the sliders into
const SCROLLED = '[data-testid="stSidebarContent"]'
const PATIENCE = 3000 // milliseconds that another page waits for the race it shall show
const PAGES = '[data-testid^="stTopNavLink"], [data-testid^="stSidebarNavLink"]'

export class Member {
  constructor(arena) {
    Object.assign(this, { arena, isLed: false, line: new Line(arena.element), hands: new AbortController() })
    const { signal } = this.hands
    window.addEventListener("online", () => this.soon(), { signal })
    document.addEventListener("visibilitychange", () => document.hidden || this.soon(), { signal })
    document.addEventListener("click", (event) => this.pressed(event), { signal, capture: true })
    document.addEventListener("change", (event) => this.chosen(event), { signal, capture: true })
  }

  get words() {
    return this.arena.data.room.words
  }

  /** The page has run: perhaps in another room, or in another language. */
  meet() {
    const code = roomOf()
    if (code) stay(code)
    if (code && code !== this.code) return this.enter(code)
    if (this.leaving && this.leaving.opened !== this.arena.data.opened) return this.goOn()
    if (this.isLed && this.url !== this.arena.data.urls.race) this.soon()
    this.tell()
  }

  async enter(code) {
    this.release()
    Object.assign(this, { code, room: { code, entry: entryOf(code) }, state: null, etag: "", link: null, race: null, look: {}, says: "", freed: false, ended: false })
    await loadStyle(this.arena.data.room.css)
    this.soon()
  }

  soon() {
    if (this.leaving) return
    clearTimeout(this.timer)
    this.poll()
  }

  async poll() {
    if (this.busy || this.ended || this.leaving || this.hands.signal.aborted || document.hidden) return
    this.busy = true
    let seconds = AGAIN
    try {
      seconds = await this.ask()
      this.says = this.ended ? this.says : ""
    } catch (error) {
      this.says = error.says ?? this.words.offline
    }
    this.busy = false
    if (this.hands.signal.aborted || this.leaving) return
    this.tell()
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.poll(), 1000 * seconds * (0.85 + 0.3 * Math.random()))
  }

  /** Look what there is, and show it; the seconds until the next time. While the teacher's hand moves it is half of them. */
  async ask() {
    const headers = this.etag ? { "If-None-Match": this.etag } : {}
    const { room } = this
    const got = await call(this.arena.data.room.address, room, "state", "", { headers })
    const said = got.status === 304 ? null : await got.json()
    if (this.hands.signal.aborted || this.leaving || room !== this.room) return AGAIN
    if (got.status === 404) return this.end(said.says)
    if (said) this.hear(got, said)
    const moved = await this.catchUp()
    const seconds = Number(got.headers.get("Retry-After")) || USUAL
    return moved && seconds === 1 ? 0.5 : seconds
  }

  hear(got, said) {
    if (!got.ok) throw Object.assign(new Error(said.says), { says: said.says })
    this.state = said
    this.etag = got.headers.get("ETag") ?? ""
    this.room.entry = said.entry
  }

  /** Show what the teacher shows, and what they showed last before they let go; whether that was something new. */
  async catchUp() {
    const { follow, led } = this.state
    const link = follow?.link ?? (this.isLed ? led : null)
    const news = link != null && (link !== this.link || this.url !== this.arena.data.urls.race)
    if (follow && !this.isLed) this.begin()
    if (news) await this.show(link)
    if (!follow && this.isLed) this.letGo()
    return news
  }

  async show(link) {
    const { arena } = this, { race, look } = parted(link)
    const { race: url } = arena.data.urls
    const another = race !== this.race || url !== this.url
    const picture = another ? await fetchPicture(`${url}&${race}`) : null
    if (this.hands.signal.aborted) return
    Object.assign(this, { link, url })
    if (another && !picture) return // no race: what was shown stays
    const before = this.look
    Object.assign(this, { race, look, picture: picture ?? this.picture })
    this.aim(before, another && picture.ground !== arena.data.ground)
    if (picture) await arena.update(this.dressed(picture))
    else await arena.ground.show()
    if (another || look.at !== before.at || look.play !== before.play) this.stand(another)
  }

  /** Look where the teacher looks. Who has looked closer by themselves stays there until the teacher does so. */
  aim(before, elsewhere) {
    const { look, arena } = this
    const turned = (name) => elsewhere || look[name] !== before[name]
    if (turned("zoom")) arena.camera.zoom = numbersOf(look.zoom)
    if (turned("eye")) arena.camera.eye = numbersOf(look.eye)
    if (turned("point") && arena.data.words.mark) arena.pointing.open(numbersOf(look.point))
  }

  /** Stand at the teacher's step, or play with them. A race that plays to its end is not cut short by one who was there first. */
  stand(another) {
    const { scrub, clock, bar } = this.arena, { at, play } = this.look
    if (!at && !play && clock.playing && !another) return
    scrub.open(at ? Math.min(Number(at), clock.steps) : null)
    if (play) {
      clock.speed = Number(play)
      bar.speeds.value = play
      if (!at) clock.position = 0
      scrub.start()
    } else scrub.seek(clock.position)
  }

  /** A picture with what the page has to say of it. */
  dressed(picture, words = this.arena.data.words) {
    const { valueGap, valueHeight } = this.words
    const marks = words.mark ? picture.marks : picture.marks.filter((mark) => mark !== "critical")
    return { ...picture, marks, words: { ...words, value: picture.curves[0] === "gap" ? valueGap : valueHeight } }
  }

  /** The page's own data while it is led: its words and addresses are new, its race is not seen. */
  over(data) {
    if (!("stamp" in data) || !this.picture) return data
    const { opened, at, zoom, eye, point } = this.arena.data
    return { ...data, ...this.dressed(this.picture, data.words), opened, at, zoom, eye, point, repaint: false }
  }

  /** Whether what it says is to be read, although there is no room any more. */
  get stays() {
    return Boolean(this.ended)
  }

  begin() {
    const { arena } = this
    this.isLed = true
    this.freed = false
    arena.menu.close()
    arena.door.shut()
    arena.predicts?.close()
    arena.live.drop()
    this.lay(true)
  }

  /** From here on the visitor goes alone, with the race that is seen; and where they `leave` the room, the page forgets it. */
  letGo(leave = false) {
    const own = this.isLed ? this.own : null
    this.release()
    this.freed = true
    if (!own && !leave) return
    if (own) dispatchEvent(new Event("input")) // a step of its own for Back (shared/first.js)
    this.arena.send("led", [own, leave])
  }

  /** The link of what is seen, as it is seen; null where nothing of the teacher's was. */
  get own() {
    const { data } = this.arena
    return this.picture ? joined(data.link, lookOf(this.arena.looks())) : null
  }

  pressed(event) {
    const link = event.target.closest?.(PAGES)
    if (link && !(event.ctrlKey || event.metaKey || event.shiftKey)) this.takeAlong(event, () => link.click())
  }

  chosen(event) {
    const { target } = event
    if (target.matches?.(".rv-pages")) this.takeAlong(event, () => target.dispatchEvent(new Event("change")))
  }

  /** Another page is opened, by `go`: what is seen first becomes the visitor's own race, so that it is seen there. */
  takeAlong(event, go) {
    if (!this.isLed || !this.picture) return
    event.preventDefault()
    event.stopPropagation()
    clearTimeout(this.timer)
    this.leaving = { opened: this.arena.data.opened, go, timer: setTimeout(() => this.goOn(), PATIENCE) }
    this.letGo()
  }

  goOn() {
    const { go, timer } = this.leaving
    clearTimeout(timer)
    this.leaving = null
    this.timer = setTimeout(() => this.poll(), PATIENCE) // where the page stays
    go()
  }

  release() {
    Object.assign(this, { isLed: false, link: null, race: null, picture: null, look: {} })
    this.lay(false)
  }

  /** What the teacher turns nobody else can. */
  lay(led) {
    const { element, bar, dial, list, toolbar, charts } = this.arena
    const { show, help } = toolbar.menus
    if (led) element.dataset.follows = this.code
    else delete element.dataset.follows
    for (const one of [bar.element, dial.element, list.element, toolbar.layouts.overlay.parentElement, show, help, charts.picker]) one.inert = led
    this.settings()
  }

  /** The sliders come and go with the drawer of a telephone. */
  settings() {
    for (const held of document.querySelectorAll(SETTINGS)) {
      held.inert = this.isLed
      if (this.isLed) held.dataset.rvInert = fill(this.words.inert, { code: this.code })
      else delete held.dataset.rvInert
    }
    for (const scrolled of document.querySelectorAll(SCROLLED)) {
      if (this.isLed) scrolled.tabIndex = 0 // nothing in it can be reached, and it is to be read all the same
      else scrolled.removeAttribute("tabindex")
    }
  }

  tell() {
    const { words, code, state } = this
    this.settings()
    if (!state && !this.says) return
    const leave = [this.ended ? words.close : words.leave, () => this.leave()]
    const answer = state?.vote ? [[words.answer, `${this.arena.data.room.address}${code}`]] : []
    const says = this.says || fill(this.isLed ? words.follows : this.freed ? words.free : words.waits, { code })
    this.line.say(says, [...(this.ended ? [] : answer), leave], this.says ? "off" : this.isLed ? "on" : "")
  }

  /** There is no such room, or it is over. */
  end(says) {
    Object.assign(this, { says: this.state ? fill(this.words.over, { code: this.code }) : says, ended: true })
    stay("")
    this.letGo(true)
    return USUAL
  }

  leave() {
    if (!this.ended) this.letGo(true)
    this.ended = false
    stay("")
    this.arena.company.meet()
  }

  dispose() {
    this.hands.abort()
    clearTimeout(this.timer)
    clearTimeout(this.leaving?.timer)
    if (this.arena.data) this.release()
    this.line.dispose()
  }
}

/** The key that the page of a phone has for this room: whoever has it never waits behind people who guess codes. */
function entryOf(code) {
  try {
    return JSON.parse(localStorage.getItem(`ravine-room-${code}`))?.entry ?? ""
  } catch {
    return ""
  }
}

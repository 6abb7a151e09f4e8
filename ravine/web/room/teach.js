// The page of the teacher, on a phone or beside the projector: what the class sees, the steps that may follow, and what to
// ask next. What is kept of the room stays in this browser.

import { Board } from "./board.js"
import { call, forgetRoom, keepRoom, knownRoom, openRoom, places, steer } from "./known.js"
import { element, fill } from "./parts.js"
import { MOST_OPTIONS, ask, linkOf, pack, same, unpack, without } from "./questions.js"
import { Steps } from "./steps.js"
import { Watch } from "./watch.js"

const { base, asks, follows, words } = JSON.parse(document.body.dataset.told)
const root = document.getElementById("room")
const lang = document.documentElement.lang

const given = new URLSearchParams(location.hash.slice(1))
const prepared = unpack(given.get("q") ?? "")
let room = opened()
let board = null, watch = null, phase = "wait"
const said = element("p", { className: "note", role: "alert", hidden: true })
const line = element("p", { className: "note", role: "status", hidden: true })
const head = element("p", { className: "head", role: "status" })
const queue = element("ul", { className: "list" })
const away = element("button", { type: "button", id: "away", onclick: () => step("wait") }, words.away)
const steps = new Steps(follows, words, step)

if (room) begin()
else offer()

/** The room of the address, whose secret leaves it; else the one that this browser knows. */
function opened() {
  const code = given.get("c"), secret = given.get("s")
  if (!code || !secret) return knownRoom()?.secret ? knownRoom() : null
  const q = given.has("q") ? `#q=${given.get("q")}` : ""
  history.replaceState(null, "", `${location.pathname}${location.search}${q}`)
  return keepRoom({ code: code.toUpperCase(), secret })
}

/** No room yet: what one is, and the questions that the link brought. */
function offer(says = "") {
  const open = button(words.openRoom, async () => {
    try {
      room = await openRoom(base)
      begin()
    } catch (error) {
      tell(error)
    }
  }, "send")
  open.id = "open"
  root.className = "room teach"
  root.replaceChildren(
    element("h1", {}, words.openRoom), element("p", {}, says), element("p", {}, words.whatRoom), said,
    ...(prepared.length ? [element("p", {}, fill(words.holds, { n: prepared.length })), element("ul", { className: "list" }, prepared.map((one) => element("li", {}, one.text)))] : []),
    open,
  )
}

function begin() {
  const known = room.queue ?? []
  const more = prepared.filter((one) => ![...known, ...(room.asked ?? [])].some((other) => same(one, other)))
  if (more.length) room = keepRoom({ code: room.code, queue: [...known, ...more] })
  board = new Board(base, room, room.secret, words)
  build()
  watch = new Watch(base, room, room.secret, { heard, line: offline, over })
}

function build() {
  root.className = "room teach"
  root.replaceChildren(
    element("h1", {}, [fill(words.room, { code: "" }), element("b", { id: "code" }, room.code)]), head, line,
    element("section", { id: "now" }, [board.element, said, steps.element, away]),
    element("section", { id: "next" }, [
      element("h2", {}, words.next),
      element("div", { id: "queue" }, [element("h3", {}, words.queue), queue]),
      fold("gallery", words.gallery, gallery), fold("race", words.race, race), fold("own", words.own, own),
    ]),
    element("section", { id: "more" }, [element("h2", {}, words.more), ...leftovers()]),
  )
  drawQueue()
}

function heard(state) {
  phase = state.phase
  room = keepRoom({ code: room.code, secret: room.secret, entry: state.entry })
  root.dataset.phase = phase
  const { count, tally } = state
  const n = Object.values(tally ?? {}).at(-1)?.n ?? count
  head.textContent = [words.phases[phase], ...(n === undefined ? [] : [fill(words.answered, { n })])].join(" · ")
  steps.show(phase, Boolean(state.question?.fates))
  away.hidden = phase === "wait"
  board.element.hidden = !state.question
  if (state.question) board.show(state)
  allow()
}

/** A question may be asked only where none stands. */
function allow() {
  const may = (follows[phase] ?? []).includes("ask")
  for (const one of root.querySelectorAll("[data-ask]")) one.disabled = !may
}

function offline(says) {
  line.textContent = says === true ? words.offline : says
  line.hidden = !says
}

function over(says) {
  if (knownRoom()?.code === room.code) forgetRoom()
  offer(says)
}

function tell(error) {
  said.textContent = error ? (error.status ? error.message : words.offline) : ""
  said.hidden = !error
}

async function step(to) {
  await doing(() => steer(base, room, { do: to }))
}

/** Do it, and show what came of it, a refusal too. */
async function doing(work) {
  tell(null)
  try {
    watch.take(await work())
    return true
  } catch (error) {
    tell(error)
    watch.soon()
    return false
  }
}

async function put(one) {
  root.classList.add("busy")
  const done = await doing(() => ask(base, room, one))
  root.classList.remove("busy")
  if (!done) return said.scrollIntoView({ block: "center" })
  room = { ...room, ...knownRoom() }
  drawQueue()
  root.scrollIntoView()
}

function later(one) {
  const waiting = room.queue ?? []
  if (!waiting.some((other) => same(one, other))) room = keepRoom({ code: room.code, queue: [...waiting, one] })
  drawQueue()
}

function drawQueue() {
  const waiting = room.queue ?? []
  queue.parentElement.hidden = !waiting.length
  queue.replaceChildren(...waiting.map((one) => {
    const drop = button("×", () => {
      room = keepRoom({ code: room.code, queue: without(room.queue, one) })
      drawQueue()
    })
    drop.setAttribute("aria-label", fill(words.drop, { question: one.text }))
    return element("li", { className: "line" }, [asking(one), drop])
  }))
  allow()
}

/** A question: one press asks it. */
function asking(one) {
  const made = button(one.text, () => put(one), "ask")
  made.dataset.ask = ""
  return made
}

function offered(one, title = "") {
  const keep = button("+", () => later(one))
  keep.setAttribute("aria-label", fill(words.keep, { question: one.text }))
  keep.title = words.keepShort
  const name = title ? [element("p", { className: "title" }, title)] : []
  return element("li", {}, [...name, element("div", { className: "line" }, [asking(one), keep])])
}

/** A part that opens at a press, and is filled then. */
function fold(id, title, filled) {
  const place = element("div", { className: "filled" })
  const made = element("details", { id }, [element("summary", {}, title), place])
  made.addEventListener("toggle", () => {
    if (!made.open || place.childElementCount) return
    filled(place)
    allow()
  })
  return made
}

async function gallery(place) {
  const list = element("ul", { className: "list" })
  place.append(list)
  await fetched("chapters=1", list, ({ chapters }) => chapters.map((one) => offered(bare(one), one.title)))
}

function race(place) {
  const input = element("input", { type: "url", id: "link", autocomplete: "off", placeholder: `${location.origin}/?…` })
  const list = element("ul", { className: "list" })
  const form = element("form", { noValidate: true }, [
    element("label", { htmlFor: "link" }, words.paste), input, element("button", { type: "submit" }, words.look), list,
  ])
  form.addEventListener("submit", async (event) => {
    event.preventDefault()
    const link = linkOf(input.value)
    await fetched(`${link}&room=1`, list, ({ questions }) => questions.map((one) => offered({ ...bare(one), link })))
    if (!list.childElementCount) list.append(element("li", {}, words.none))
  })
  place.append(form)
}

async function fetched(query, list, rows) {
  tell(null)
  list.replaceChildren(element("li", { role: "status" }, words.coming))
  try {
    const got = await fetch(`${asks}?${query}&lang=${lang.replace("-", "_")}`)
    const told = await got.json()
    list.replaceChildren(...(got.ok ? rows(told) : [element("li", { role: "alert" }, told.says)]))
  } catch {
    list.replaceChildren(element("li", { role: "alert" }, words.offline))
  }
  allow()
}

function bare({ link, kind, lane, text }) {
  return { text, link, kind, lane: lane ?? null }
}

/** A choice of the teacher's own: plain texts, one of them right, or none. */
function own(place) {
  const text = element("input", { type: "text", id: "own-text", maxLength: 300, autocomplete: "off" })
  const rows = Array.from({ length: MOST_OPTIONS }, (_none, i) => {
    const right = element("input", { type: "radio", name: "right", value: i })
    right.setAttribute("aria-label", fill(words.isRight, { n: i + 1 }))
    const option = element("input", { type: "text", maxLength: 60, autocomplete: "off" })
    option.setAttribute("aria-label", fill(words.option, { n: i + 1 }))
    return { right, option, element: element("div", { className: "line" }, [option, right]) }
  })
  const none = element("input", { type: "radio", name: "right", value: "none", checked: true })
  const made = () => {
    const filled = rows.filter(({ option }) => option.value.trim())
    const truth = filled.findIndex(({ right }) => right.checked)
    return { text: text.value.trim(), options: filled.map(({ option }) => option.value.trim()), truth: truth < 0 ? null : truth }
  }
  const send = element("button", { type: "submit", className: "send" }, words.askIt)
  send.dataset.ask = ""
  const form = element("form", {}, [
    element("label", { htmlFor: "own-text" }, words.ownText), text,
    element("fieldset", {}, [element("legend", {}, words.options), ...rows.map((row) => row.element), element("label", { className: "line none" }, [element("span", {}, words.noneRight), none])]),
    element("div", { className: "line" }, [send, button(words.keepShort, () => later(made()))]),
  ])
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    put(made())
  })
  place.append(form)
}

/** What there is beside questions: the projector, the table, the link for next time, the end. */
function leftovers() {
  const at = places(base, room)
  const show = element("a", { href: at.show, target: "_blank", rel: "noopener", className: "button" }, words.projector)
  const link = element("div", { className: "filled" })
  return [
    element("p", {}, fill(words.joinAt, { address: at.typed, code: room.code })), show,
    button(words.csv, csv), button(words.holdLink, () => hold(link)), link, ending(),
  ]
}

/** All that was asked or waits, as one address. */
function hold(place) {
  const all = [...(room.asked ?? []), ...(room.queue ?? [])]
  const field = element("textarea", { readOnly: true, rows: 4, id: "held", value: `${location.origin}${base}teach#q=${pack(all)}` })
  const note = element("p", { role: "status" }, "")
  field.setAttribute("aria-label", words.holdLink)
  const copy = button(words.copy, async () => {
    field.select()
    await navigator.clipboard?.writeText(field.value).then(() => (note.textContent = words.copied), () => {})
  })
  place.replaceChildren(...(all.length ? [element("p", {}, fill(words.holds, { n: all.length })), field, copy, note] : [element("p", { role: "status" }, words.holdsNone)]))
}

async function csv() {
  tell(null)
  try {
    const got = await call(base, room, "answers.csv", room.secret)
    if (!got.ok) throw Object.assign(new Error((await got.json()).says), { status: got.status })
    const link = element("a", { href: URL.createObjectURL(await got.blob()), download: `room-${room.code}.csv` })
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 60e3)
  } catch (error) {
    tell(error)
  }
}

/** The end is asked for twice. */
function ending() {
  const place = element("div", { id: "end", className: "filled" })
  const first = () => place.replaceChildren(button(words.end, second))
  const second = () => {
    const yes = button(words.endNow, end, "danger"), no = button(words.endNot, () => (first(), place.querySelector("button").focus()))
    place.replaceChildren(element("p", { role: "alert" }, words.endSure), element("div", { className: "line" }, [no, yes]))
    no.focus()
  }
  first()
  return place
}

async function end() {
  try {
    await steer(base, room, { do: "end" })
    watch.end(words.ended)
  } catch (error) {
    tell(error)
  }
}

function button(text, press, className = "") {
  return element("button", { type: "button", className, onclick: press }, text)
}

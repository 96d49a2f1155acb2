/**
 * What a partner writes to embed the widget: hand the positions in, listen for what happened. The position the demo account holds is asked of the API
 * once, a second one is this page's own, so that there is something left to protect.
 */
const ACCOUNT = 'demo'
const widget = document.querySelector('ballast-protection')
let positions = []

function show() {
  const rows = positions.map(({ id, side, size, entryPrice, leverage }) => {
    const row = document.createElement('tr')
    for (const text of [id, side, size, entryPrice, `${leverage}×`])
      row.append(Object.assign(document.createElement('td'), { textContent: text }))
    return row
  })
  document.querySelector('#positions').replaceChildren(...rows)
  widget.positions = positions
}

async function ask(path) {
  const response = await fetch(path)
  return response.json()
}

async function price() {
  const { priceUsdc } = await ask('/pricing/btc')
  if (priceUsdc !== undefined) document.querySelector('#price').textContent = priceUsdc
  return priceUsdc
}

async function start() {
  const held = await ask(`/portfolio/positions?accountId=${ACCOUNT}`)
  const index = await price()
  positions = (held.positions ?? []).map(({ id, asset, side, entryPrice, size, leverage }) => ({
    id,
    asset,
    side,
    entryPrice,
    size,
    leverage,
  }))
  if (positions.length < 2 && index !== undefined) positions.push(another(index))
  show()
}

async function addOne() {
  const index = await price()
  if (index === undefined) return
  positions = [...positions, another(index)]
  show()
}

function another(entryPrice) {
  return { id: `ng-${positions.length + 1}`, asset: 'BTC', side: 'long', entryPrice, size: '0.5', leverage: '5' }
}

for (const name of ['quoted', 'activated', 'refused'])
  widget.addEventListener(`ballast:${name}`, ({ detail }) => {
    const line = document.createElement('li')
    line.textContent = `${name}: ${detail.coverageId ?? detail.quoteId ?? detail.reason}${detail.feeUsdc === undefined ? '' : ` for ${detail.feeUsdc} USDC`}`
    document.querySelector('#heard').prepend(line)
  })
document.querySelector('#add').addEventListener('click', () => void addOne())
document.querySelector('#close').addEventListener('click', () => {
  if (positions.length < 2) return
  positions = positions.slice(0, -1)
  show()
})
document.querySelector('#theme').addEventListener('change', ({ currentTarget }) => {
  document.documentElement.dataset.theme = currentTarget.value
  widget.setAttribute('theme', currentTarget.value)
})
setInterval(() => void price().catch(() => undefined), 3_000)
await start()

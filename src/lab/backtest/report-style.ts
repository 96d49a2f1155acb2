/** The report's style sheet: system fonts, light and dark by the reader's setting, one column on a phone, ink-saving on paper. */
export const REPORT_STYLE = `
:root{color-scheme:light dark;--page:#fbfbf9;--card:#fff;--ink:#1d2329;--soft:#5a6570;--edge:#d9dde0;--grid:#e8eaec;--band:#2a6f5510;
--protected:#0b5fb0;--mark:#5b9bd8;--unprotected:#b8471b;--floor:#1b7a4b;--strike:#7a5ba8;--index:#3c4650;--bad:#a8231b}
@media (prefers-color-scheme:dark){:root{--page:#14181c;--card:#1b2126;--ink:#e6eaed;--soft:#9aa7b2;--edge:#343d45;--grid:#2a3239;--band:#4cc38a14;
--protected:#6db3ff;--mark:#3f78b3;--unprotected:#ff9466;--floor:#4cc38a;--strike:#b79af0;--index:#c5cdd4;--bad:#ff8a80}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:68rem;margin:0 auto;padding:2rem 1.25rem 4rem}
h1{font-size:1.75rem;line-height:1.2;margin:0 0 .25rem;text-wrap:balance}
h2{font-size:1.15rem;margin:2.75rem 0 .5rem}
p{margin:.5rem 0}
.about{color:var(--soft)}
.verdict{font-size:1.06rem;max-width:62ch;border-left:4px solid var(--protected);padding-left:1rem;margin:1.25rem 0}
.verdict.warns{border-color:var(--unprotected)}
.note{color:var(--soft);font-size:.9rem;max-width:72ch}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.75rem;margin:1.5rem 0}
.figures div{background:var(--card);border:1px solid var(--edge);border-radius:.5rem;padding:.7rem .85rem}
.figures dt{color:var(--soft);font-size:.85rem}
.figures dd{margin:0}
.figures .value{font-size:1.35rem;font-weight:600;font-variant-numeric:tabular-nums;white-space:nowrap}
.figures .aside{color:var(--soft);font-size:.85rem}
.chart{margin:2rem 0;background:var(--card);border:1px solid var(--edge);border-radius:.5rem;padding:1rem}
figcaption{font-weight:600;font-size:1.05rem}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.4rem;margin:.35rem 0 .5rem;padding:0;font-size:.9rem}
.legend span{color:var(--soft);font-variant-numeric:tabular-nums}
.key{width:28px;height:8px;margin-right:.45rem;vertical-align:middle;overflow:visible}
.frame{display:grid;grid-template:calc(var(--rows)*1.35rem) 19rem 1.6rem/3.9rem 1fr}
.frame>svg{grid-area:2/2;width:100%;height:100%;overflow:visible;border-left:1px solid var(--edge);border-bottom:1px solid var(--edge)}
.y{grid-area:2/1;position:relative}.y span{position:absolute;right:.5rem;transform:translateY(50%);font-size:.78rem;color:var(--soft);white-space:nowrap;font-variant-numeric:tabular-nums}
.x{grid-area:3/2;position:relative}.x span{position:absolute;top:.3rem;transform:translateX(-50%);font-size:.78rem;color:var(--soft);white-space:nowrap}
.chips{grid-area:1/2;position:relative}
.chip{position:absolute;top:calc(var(--row)*1.35rem);transform:translateX(-50%);width:1.2rem;height:1.2rem;line-height:1.2rem;border-radius:50%;text-align:center;font-size:.72rem;font-weight:700;color:var(--card);background:var(--soft)}
.line{fill:none;stroke:currentColor;stroke-width:2;vector-effect:non-scaling-stroke;stroke-linejoin:round}
.line.protected{stroke:var(--protected);stroke-width:2.5}.line.mark{stroke:var(--mark);stroke-width:1.5;stroke-dasharray:2 3}
.line.unprotected{stroke:var(--unprotected);stroke-dasharray:7 4}.line.floor{stroke:var(--floor);stroke-width:2}
.line.strike{stroke:var(--strike);stroke-dasharray:4 3}.line.index{stroke:var(--index)}
.grid{stroke:var(--grid);vector-effect:non-scaling-stroke}
.rule{stroke:var(--soft);stroke-dasharray:1 4;vector-effect:non-scaling-stroke;fill:none}
.band{fill:var(--band)}
.chip.buy{background:var(--protected)}.chip.end{background:var(--floor)}.chip.loss{background:var(--unprotected)}.rule.loss{stroke:var(--unprotected)}
.events{list-style:none;margin:.5rem 0 0;padding:0;display:flex;flex-wrap:wrap;gap:.15rem 1.2rem;font-size:.85rem;color:var(--soft)}
.events .chip{position:static;display:inline-block;transform:none;margin-right:.4rem}
details{margin-top:.75rem}summary{cursor:pointer;color:var(--soft);font-size:.9rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.88rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--soft);padding:.3rem 0}
th,td{text-align:left;vertical-align:top;padding:.38rem .7rem .38rem 0;border-bottom:1px solid var(--edge)}
th{color:var(--soft);font-weight:600;white-space:nowrap}
td.number,th.number{text-align:right;white-space:nowrap}
td.when,td.name{white-space:nowrap}td.wide{min-width:16rem}td .aside{display:block;color:var(--soft);font-size:.92em}
tr.sum td{font-weight:600;border-top:2px solid var(--edge)}
code{font-family:ui-monospace,Menlo,Consolas,monospace;font-size:.82em;overflow-wrap:anywhere}
li{margin:.2rem 0}
@media (max-width:46rem){
main{padding:1.25rem .9rem 3rem}h1{font-size:1.4rem}.chart{padding:.75rem .6rem}
.figures{grid-template-columns:1fr 1fr;gap:.5rem}.figures .value{font-size:1.1rem}
.frame{grid-template:calc(var(--rows)*1.35rem) 15rem 1.6rem/3rem 1fr}.x span:nth-child(even){display:none}
table.stacked,table.stacked caption,table.stacked tbody,table.stacked tr,table.stacked td{display:block}table.stacked thead{display:none}
table.stacked tr{border-bottom:1px solid var(--edge);padding:.5rem 0}
table.stacked td{border:0;padding:.1rem 0;text-align:left!important;white-space:normal!important;min-width:0}
table.stacked td[data-label]::before{content:attr(data-label) ": ";color:var(--soft)}
table.stacked td.empty{display:none}}
@media print{:root{--page:#fff;--card:#fff;--ink:#000;--soft:#444;--edge:#bbb;--grid:#ddd;--band:#00000008;--protected:#0b5fb0;--mark:#5b9bd8;--unprotected:#b8471b;--floor:#1b7a4b;--strike:#7a5ba8;--index:#333}
body{font-size:10pt}main{max-width:none;padding:0}.chart,.figures div{break-inside:avoid}tr{break-inside:avoid}h2{break-after:avoid}thead{display:table-header-group}.scroll{overflow:visible}details:not([open]){display:none}}
`.trim()

// The look of the page: light and dark, on screens of all widths and on paper.
#pragma once

#include <string_view>

namespace frugal::cli {

inline constexpr std::string_view kExplainStyle = R"(
:root{--paper:#fff;--ink:#1b1d22;--quiet:#666b75;--line:#e2e4e9;--soft:#f5f6f8;--accent:#96287f;--band:#96287f22;color-scheme:light dark}
@media(prefers-color-scheme:dark){:root{--paper:#16171b;--ink:#e9eaee;--quiet:#9a9fab;--line:#30333b;--soft:#1f2126;--accent:#e07cc8;--band:#e07cc82e}}
*{box-sizing:border-box}
body{margin:0 auto;padding:2.5rem 1.25rem 3rem;max-width:66rem;background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;font-variant-numeric:tabular-nums}
h1,h2,p,figure,dl,dd{margin:0}
h1{font-size:clamp(1.5rem,4vw,2.2rem);line-height:1.2;font-weight:650;overflow-wrap:anywhere}
h2{font-size:1.15rem;font-weight:650;margin:3rem 0 .75rem}
.quiet,figcaption{color:var(--quiet);font-size:.9rem}
.lead{font-size:1.1rem;margin-top:1rem;max-width:44rem}
.figures{display:grid;grid-template-columns:1fr 1fr;gap:1px;margin-top:1.75rem;background:var(--line);border:1px solid var(--line);border-radius:.6rem;overflow:hidden}
.figures div{background:var(--paper);padding:.8rem 1rem;display:flex;flex-direction:column}
.figures dt{order:2;color:var(--quiet);font-size:.85rem;line-height:1.35}
.figures dd{font-size:1.5rem;font-weight:650;line-height:1.3;white-space:nowrap}
@media(min-width:44rem){.figures{grid-template-columns:repeat(4,1fr)}}
.figures div:last-child:nth-child(odd){grid-column:span 2}
.store{position:absolute;width:0;height:0}
.layers{position:relative}
.layers>input{position:absolute;opacity:0;pointer-events:none}
.layers>label{display:inline-block;margin:0 .35rem .75rem 0;padding:.3rem .85rem;border:1px solid var(--line);border-radius:2rem;font-size:.9rem;cursor:pointer}
.layers>input:checked+label{background:var(--ink);border-color:var(--ink);color:var(--paper)}
.layers>input:focus-visible+label{outline:2px solid var(--accent);outline-offset:2px}
.layer{display:none}
#show-picture:checked~.picture,#show-classes:checked~.classes,#show-detail:checked~.detail,#show-scores:checked~.scores{display:block}
.layer>svg:not(.scale){display:block;width:100%;max-height:80vh;background:var(--soft);border-radius:.4rem}
.layer figcaption{margin-top:.75rem}
.grey{filter:grayscale(1)}
.tiles{fill-opacity:.55}
.detail-tile{fill:var(--accent)}
.score-tiles{fill-opacity:.68}
.numbers text{font-size:20px;text-anchor:middle;dominant-baseline:central;fill:#fff;stroke:#0009;stroke-width:3px;paint-order:stroke}
.frame,.frame-edge{fill:none;stroke:#fff;stroke-width:2.5px;vector-effect:non-scaling-stroke}
.frame-edge{stroke:#000;stroke-width:5.5px}
.scale{display:block;width:100%;max-width:20rem;margin-top:.5rem}
.scale text{font-size:11px;fill:var(--quiet)}
.legend{list-style:none;margin:.75rem 0 0;padding:0;display:grid;grid-template-columns:repeat(auto-fit,minmax(18rem,1fr));gap:.4rem 1.5rem}
.legend li{display:grid;grid-template-columns:.9rem 2.9rem 1fr;gap:.6rem;align-items:baseline;color:var(--quiet);font-size:.9rem}
.legend b{color:var(--ink);font-weight:600}
.legend .share{color:var(--ink);text-align:right}
.swatch{width:.9rem;height:.9rem;border-radius:.2rem;align-self:center}
.bar{display:flex;height:.6rem;margin-top:1rem;border-radius:.3rem;overflow:hidden}
.crops{display:grid;grid-template-columns:repeat(auto-fit,minmax(10rem,1fr));gap:1rem}
.crops img{display:block;width:100%;image-rendering:pixelated;border-radius:.4rem;background:var(--soft)}
.crops figcaption{margin-top:.4rem}
.steps{display:grid;grid-template-columns:minmax(0,1fr);gap:1.5rem}
@media(min-width:60rem){.steps.charted{grid-template-columns:minmax(0,9fr) minmax(0,11fr);align-items:start}}
.chart{display:block;width:100%;max-width:42rem}
.chart text{font-size:12.5px;fill:var(--quiet)}
.chart .middle{text-anchor:middle}.chart .end{text-anchor:end}
.chart .step{fill:var(--ink);font-weight:650;font-size:13px;stroke:var(--paper);stroke-width:3px;paint-order:stroke}
.chart .note{fill:var(--accent);stroke:var(--paper);stroke-width:3px;paint-order:stroke}
.band{fill:var(--band)}
.axis{stroke:var(--quiet)}
.grid{stroke:var(--line)}
.floor{stroke:var(--accent);stroke-dasharray:5 4}
.thread{stroke:var(--quiet);stroke-width:.8;stroke-dasharray:1.5 2.5}
.predicted{stroke:var(--quiet);stroke-width:2}
.worst{fill:none;stroke:var(--quiet);stroke-width:1.6}
.probe{fill:var(--paper);stroke:var(--ink);stroke-width:1.8}
.full{fill:var(--ink)}
.taken{fill:var(--accent)}
.ring{fill:none;stroke:var(--accent);stroke-width:1.8}
.key{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;list-style:none;margin:.4rem 0 0;padding:0;color:var(--quiet);font-size:.85rem}
.key svg{width:1.1em;height:1.1em;vertical-align:-.15em;margin-right:.35em;overflow:visible}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{padding:.4rem .45rem;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
th{font-weight:500;color:var(--quiet);vertical-align:bottom}
th.left,td.left{text-align:left}
tr.taken-row td{background:var(--band);font-weight:600}
.facts td:last-child{white-space:normal}
footer{margin-top:3rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--quiet);font-size:.85rem}
@media print{
:root{--paper:#fff;--ink:#000;--quiet:#444;--line:#ccc;--soft:#fff;--accent:#96287f;--band:#96287f22}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
body{padding:0;max-width:none;font-size:10pt}
h2{margin-top:1.5rem;break-after:avoid}
.layers>label{display:none}
.layers{display:grid;grid-template-columns:1fr 1fr;gap:1rem}
.layer{display:block;break-inside:avoid}
.layer.picture{order:-1}
.chart{max-width:12cm}
.layer>svg:not(.scale){max-height:9cm}
.legend{grid-template-columns:1fr}
.crops,.chart,table{break-inside:avoid}
}
)";

}  // namespace frugal::cli

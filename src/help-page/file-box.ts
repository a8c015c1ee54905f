// The box that checks a whole .gitlab-ci.yml in the browser. It is hidden until the script is there to do so.
import { type Html, html } from './html.ts';

export function renderFileBox(): Html {
  return html`<section id="check-file" class="check card" aria-labelledby="check-file-title" hidden>
<h2 id="check-file-title">Check a whole file</h2>
<form id="file-form" class="screen-only">
<label class="label" for="file-text">Your <code>.gitlab-ci.yml</code></label>
<p id="file-hint" class="quiet">Paste it, drop it here, or open it. It is read in your browser and does not leave this page.</p>
<textarea id="file-text" class="field code-field file-text" aria-describedby="file-hint" rows="4" wrap="off" autocomplete="off" autocapitalize="off" autocorrect="off" spellcheck="false"></textarea>
<div class="file-row">
<button type="submit" class="name-button">Check the file</button>
<label class="opener">Open a file: <input id="file-open" type="file" accept=".yml,.yaml"></label>
</div>
<fieldset id="file-variables" class="variables" hidden>
<legend class="variables-legend">The file does not set these variables. Fill in what they are in your project:</legend>
<div id="file-variable-fields" class="variable-fields"></div>
</fieldset>
</form>
<div id="file-result"></div>
<p id="file-announcement" class="unseen" role="status"></p>
</section>`;
}

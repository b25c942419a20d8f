// A JupyterLab extension without a build step: it uses the packages that JupyterLab itself runs.
(() => {
  'use strict';

  const NAME = 'autograder-check';
  const COMMAND = 'autograder:check';
  const STYLE = new URL('style.css', document.currentScript.src).href;
  const READY_EVERY = 60_000; // milliseconds
  let shared; // webpack's packages, by name and version

  /** The package's exports; of several versions the newest, which is webpack's rule too. */
  async function use(name) {
    const byNumber = (a, b) => a.localeCompare(b, undefined, { numeric: true });
    const version = Object.keys(shared[name]).sort(byNumber).pop();
    return (await shared[name][version].get())();
  }

  /** An element with attributes and children; text is never read as HTML. */
  function element(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
      else made.setAttribute(name, value);
    }
    made.append(...children);
    return made;
  }

  const gradeId = cell => cell.getMetadata('nbgrader')?.grade_id;

  /** Whether there is anything that could be graded. */
  function isAssignment(panel) {
    const cells = [...(panel?.content.model?.cells ?? [])];
    return cells.some(cell => cell.getMetadata('nbgrader')?.grade);
  }

  async function activate(app, tracker, palette) {
    const [{ ToolbarButton }, { Widget }, { ServerConnection }, { URLExt }, { NotebookActions }] =
      await Promise.all(
        ['@jupyterlab/ui-components', '@lumino/widgets', '@jupyterlab/services',
          '@jupyterlab/coreutils', '@jupyterlab/notebook'].map(use)
      );
    document.head.append(element('link', { rel: 'stylesheet', href: STYLE }));

    /** Post to the server's side, with the token and cookies that it asks for. */
    function post(what, body, signal) {
      const settings = app.serviceManager.serverSettings;
      const url = URLExt.join(settings.baseUrl, 'autograder', what);
      const init = { method: 'POST', body: JSON.stringify(body), signal };
      return ServerConnection.makeRequest(url, init, settings);
    }

    /** What came of one notebook's last check; it stays under the notebook until it is closed. */
    class Results extends Widget {
      constructor(panel) {
        super();
        this.panel = panel;
        this.id = `autograder-check-${panel.id}`;
        this.title.closable = true;
        this.title.label = `Check: ${panel.title.label}`;
        this.title.caption = 'What the tests say';
        this.addClass('autograder-Check');
        this.status = element('p', { role: 'status' });
        this.cancel = element('button', { class: 'jp-mod-styled jp-mod-reject' }, 'Cancel');
        this.again = element('button', { class: 'jp-mod-styled' }, 'Check again');
        this.again.addEventListener('click', () => this.check());
        this.cancel.addEventListener('click', () => this.abort.abort());
        this.body = element('div');
        this.node.tabIndex = -1; // JupyterLab makes it a tabpanel, named by its tab
        const buttons = element('div', { class: 'autograder-buttons' }, this.again, this.cancel);
        this.node.append(this.status, buttons, this.body);
        this.node.addEventListener('keydown', event => {
          if (event.key === 'Escape') this.back();
        });
        panel.disposed.connect(() => this.dispose());
      }

      onActivateRequest() {
        this.node.focus();
      }

      onCloseRequest(message) {
        this.abort?.abort();
        super.onCloseRequest(message);
        this.dispose();
        this.back();
      }

      /** To where the student works. */
      back() {
        if (!this.panel.isDisposed) app.shell.activateById(this.panel.id);
      }

      async check() {
        if (this.abort) return;
        this.abort = new AbortController();
        this.say('Checking …', true);
        this.node.focus();
        try {
          this.tell(await this.ask(this.abort.signal));
        } catch (error) {
          const stopped = error.name === 'AbortError' || this.abort.signal.aborted;
          this.body.replaceChildren();
          this.say(stopped ? 'The check was cancelled.' : `No check: ${error.message}`, false);
        } finally {
          this.abort = undefined;
        }
      }

      /** Save, so that what is checked is what one sees; then have it checked. */
      async ask(signal) {
        const { context } = this.panel;
        if (context.model.dirty && !context.model.readOnly) await context.save();
        const path = app.serviceManager.contents.localPath(context.path);
        const response = await post('check', { path }, signal);
        const said = await response.json();
        if (!response.ok) throw new Error(said.message ?? response.statusText);
        if (said.error) throw new Error(said.error);
        return said;
      }

      say(text, busy) {
        if (this.isDisposed) return;
        this.status.textContent = text;
        this.node.setAttribute('aria-busy', String(busy));
        this.cancel.hidden = !busy;
        this.again.hidden = busy;
      }

      tell(said) {
        this.say(`${said.score} from tests.`, false);
        const head = ['test', 'points', 'what happened'];
        const columns = head.map(text => element('th', { scope: 'col' }, text));
        const rows = said.tests.map(one => this.row(one));
        this.body.replaceChildren(
          element('table', {},
            element('caption', {}, 'What each test says'),
            element('thead', {}, element('tr', {}, ...columns)),
            element('tbody', {}, ...rows)),
          ...said.remarks.map(text => element('p', {}, text))
        );
      }

      row({ test, points, state, words }) {
        const go = { class: 'autograder-link', title: 'Go to this test', onclick: () => this.goTo(test) };
        return element('tr', { class: `autograder-${state}` },
          element('th', { scope: 'row' }, element('button', go, test)),
          element('td', {}, points),
          element('td', {}, ...words.map(text => element('p', {}, text))));
      }

      /** Select the test's cell in the notebook. */
      goTo(test) {
        const notebook = this.panel.content;
        const index = notebook.widgets.findIndex(cell => gradeId(cell.model) === test);
        this.back();
        if (index < 0) return;
        notebook.deselectAll();
        notebook.activeCellIndex = index;
        notebook.mode = 'command';
        void notebook.scrollToItem(index, 'center');
      }
    }

    const shown = new WeakMap(); // each notebook's results

    function check(panel) {
      let results = shown.get(panel);
      if (!results || results.isDisposed) {
        results = new Results(panel);
        shown.set(panel, results);
        app.shell.add(results, 'down');
      }
      app.shell.activateById(results.id);
      return results.check();
    }

    app.commands.addCommand(COMMAND, {
      label: 'Check Assignment',
      caption: 'Save, run the tests of this assignment, and show what each says',
      isEnabled: () => isAssignment(tracker.currentWidget),
      execute: () => check(tracker.currentWidget)
    });
    palette?.addItem({ command: COMMAND, category: 'Notebook Operations' });

    app.docRegistry.addWidgetExtension('Notebook', {
      createNew(panel, context) {
        const button = new ToolbarButton({
          label: 'Check',
          tooltip: 'Save, run the tests of this assignment, and show what each says',
          onClick: () => check(panel)
        });
        void context.ready.then(() => {
          if (!panel.isDisposed && isAssignment(panel)) panel.toolbar.insertItem(10, 'check', button);
        });
        return button;
      }
    });

    /** An engine takes seconds to start, which may pass before anybody asks for a check. */
    let told = 0;
    function ready() {
      if (!isAssignment(tracker.currentWidget) || Date.now() - told < READY_EVERY) return;
      told = Date.now();
      post('ready', {}).catch(() => {}); // the check itself will tell what is wrong
    }
    tracker.currentChanged.connect((_, panel) => void panel?.context.ready.then(ready));
    NotebookActions.executed.connect(ready);
  }

  async function extension() {
    const { INotebookTracker } = await use('@jupyterlab/notebook');
    const { ICommandPalette } = await use('@jupyterlab/apputils');
    const plugin = {
      id: `${NAME}:button`,
      description: 'A button that runs the tests of an assignment.',
      autoStart: true,
      requires: [INotebookTracker],
      optional: [ICommandPalette],
      activate
    };
    return { __esModule: true, default: plugin };
  }

  window._JUPYTERLAB = window._JUPYTERLAB ?? {};
  window._JUPYTERLAB[NAME] = {
    init: scope => {
      shared = scope;
    },
    get: async () => {
      const exports = await extension();
      return () => exports;
    }
  };
})();

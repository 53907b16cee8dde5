/**
 * Runs by jobs that a template submits. Grid Engine is the real one, which the test starts for itself below a temporary folder; of
 * the other clusters it is held that their templates say what their commands take, and read what those answer.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest'
import { parse } from 'yaml'
import { filled, parseTemplate } from '../../src/trials/job-template.js'
import { templateNames, templateValues } from '../../src/trials/submit.js'
import { temporaryFolder } from '../dataset/films-on-disk.js'
import { Daemons, freePort, runWords, until } from '../support/cluster.js'
import { demoFilms } from '../support/demo-films.js'
import { kopt } from '../support/kopt.js'
import { complaintsOfKubernetes } from '../support/kubernetes-api.js'
import { need } from '../support/needs.js'

const cwd = temporaryFolder()
const at = (...parts: string[]) => path.join(cwd, ...parts)
const programs = '/usr/lib/gridengine'
const shared = '/usr/share/gridengine'
const canStart =
  process.getuid?.() === 0 && existsSync(path.join(programs, 'sge_qmaster')) && existsSync('/usr/bin/qsub')
const env: Record<string, string> = { SGE_ROOT: at('sge'), SGE_CELL: 'default', SGE_ND: '1' }
const daemons = new Daemons(cwd, env)

const needGridEngine = (context: TestContext) =>
  need(
    context,
    canStart,
    'Grid Engine',
    'apt-get install gridengine-master gridengine-exec gridengine-client, and run the tests as root, who may start it',
  )

function sge(name: string, ...words: string[]): string {
  const { stdout, stderr } = spawnSync(name, words, { cwd, encoding: 'utf8', env: { ...process.env, ...env } })
  return `${stdout}${stderr}`.trim()
}

/** A file of Grid Engine's with some of its lines replaced. */
function changed(text: string, lines: Record<string, string>): string {
  return Object.entries(lines).reduce(
    (all, [name, value]) => all.replace(new RegExp(`^${name}\\s.*$`, 'm'), `${name} ${value}`),
    text,
  )
}

beforeAll(async () => {
  demoFilms(at('films'), 12)
  if (!canStart) return
  const host = os.hostname()
  env.SGE_QMASTER_PORT = String(await freePort())
  env.SGE_EXECD_PORT = String(await freePort())
  for (const folder of ['default/common', 'spool/qmaster/job_scripts', 'spool/db', 'spool/execd'])
    mkdirSync(at('sge', folder), { recursive: true })
  for (const folder of ['bin', 'lib', 'utilbin']) {
    mkdirSync(at('sge', folder))
    symlinkSync(programs, at('sge', folder, 'lx-amd64'))
  }
  symlinkSync(path.join(shared, 'util'), at('sge', 'util'))
  writeFileSync(at('sge/default/common/act_qmaster'), `${host}\n`)
  // Connections come from 127.0.0.1, which may have another name.
  writeFileSync(
    at('sge/default/common/host_aliases'),
    `${[...new Set([host, 'localhost', ...namesOfLoopback()])].join(' ')}\n`,
  )
  const own = (file: string, lines: Record<string, string>) =>
    changed(readFileSync(path.join(shared, file), 'utf8'), lines).replaceAll('/var/spool/gridengine', at('sge/spool'))
  writeFileSync(
    at('sge/default/common/bootstrap'),
    own('default-bootstrap', { admin_user: 'none' }).replace('spooldb', 'db'),
  )
  const ours = { min_uid: '0', min_gid: '0', load_report_time: '00:00:01', mailer: '/bin/true' }
  writeFileSync(at('conf'), own('default-configuration', ours))
  sge(path.join(programs, 'spoolinit'), 'berkeleydb', 'libspoolb', at('sge/spool/db'), 'init')
  const defaults = [
    ['configuration', at('conf')],
    ['complexes', path.join(shared, 'util/resources/centry')],
    ['usersets', path.join(shared, 'util/resources/usersets')],
    ['managers', 'root'],
  ]
  for (const words of defaults) sge(path.join(programs, 'spooldefaults'), ...words)
  daemons.start('/usr/sbin/sge_qmaster')
  await until(() => sge('qconf', '-sh') === host)
  sge('qconf', '-as', host)
  daemons.start('/usr/sbin/sge_execd')
  sge('qconf', '-Ap', path.join(shared, 'util/resources/pe/smp'))
  writeFileSync(at('schedule'), changed(sge('qconf', '-ssconf'), { schedule_interval: '0:0:1', flush_submit_sec: '1' }))
  sge('qconf', '-Msconf', at('schedule'))
  writeFileSync(at('queue'), queueOf(host))
  sge('qconf', '-Aq', at('queue'))
  await until(() => /all\.q@\S+ +\S+ +0\/0\/2 +\S+ +\S+\s*$/m.test(sge('qstat', '-f')))
}, 120_000)

afterAll(async () => {
  if (daemons.any) {
    sge('qdel', '-u', 'root')
    await until(() => sge('qstat') === '')
  }
  await daemons.stop()
}, 60_000)

function namesOfLoopback(): string[] {
  return [...readFileSync('/etc/hosts', 'utf8').matchAll(/^127\.0\.0\.1\s+(.*)$/gm)].flatMap(([, names = '']) =>
    names.split(/\s+/),
  )
}

/** All lines of a queue are asked for, though most say nothing. */
function queueOf(host: string): string {
  const limits = ['rt', 'cpu', 'fsize', 'data', 'stack', 'core', 'rss', 'vmem'].flatMap((name) => [
    `s_${name}`,
    `h_${name}`,
  ])
  const none = [
    'load_thresholds',
    'suspend_thresholds',
    'ckpt_list',
    'prolog',
    'epilog',
    'starter_method',
    'suspend_method',
  ]
  const more = ['resume_method', 'terminate_method', 'owner_list', 'user_lists', 'xuser_lists', 'subordinate_list']
  const lists = ['complex_values', 'projects', 'xprojects', 'calendar']
  return `qname all.q
hostlist ${host}
seq_no 0
nsuspend 1
suspend_interval 00:05:00
priority 0
min_cpu_interval 00:05:00
processors UNDEFINED
qtype BATCH
pe_list smp
rerun TRUE
slots 2
tmpdir /tmp
shell /bin/bash
shell_start_mode unix_behavior
notify 00:00:30
initial_state default
${[...none, ...more, ...lists].map((name) => `${name} NONE`).join('\n')}
${limits.map((name) => `${name} INFINITY`).join('\n')}
`
}

const submitting = (template: string, ...more: string[]) => [
  '--executor',
  'submit',
  '--template',
  template,
  '--detach',
  ...more,
]
const oneCore = ['--job', 'environment=smp', '--job', 'cores=1']

describe('a run by jobs of Grid Engine', { timeout: 240_000 }, () => {
  it('leaves a checkpoint when it is told beforehand, is queued again, and comes to its result', async (context) => {
    needGridEngine(context)
    const words = submitting('sge', '--workers', '1', ...oneCore, '--job', 'time=0:30:0')
    const submitted = kopt(runWords('ours', ...words), { cwd, env })
    expect(submitted, submitted.stderr).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('How far it is: kopt status ours'),
    })
    const [job] = daemons.jobsOf('ours')
    await expect.poll(() => daemons.steps('ours'), { timeout: 60_000, interval: 200 }).toBeGreaterThan(0)
    expect(kopt(['status', 'ours'], { cwd, env }).stdout).toContain(`jobs of SGE: ${job}, 1 running, 0 not`)
    expect(sge('qstat', '-j', job)).toMatch(/hard resource_list: +s_rt=1800[\s\S]*parallel environment: +smp range: 1/)

    // What is to be suspended is told beforehand, all processes of the job, as where its time is nearly up.
    sge('qmod', '-sj', job)
    const checkpoint = () => Number(/^checkpoint-(\d+)/m.exec(readdirSync(at('ours', 'gan')).join('\n'))?.[1] ?? 0)
    await expect.poll(checkpoint, { timeout: 30_000, interval: 50 }).toBeGreaterThan(0)
    expect(checkpoint()).toBeLessThan(1200)
    await expect.poll(() => sge('qstat'), { timeout: 30_000 }).toMatch(/ R\w* /)
    await expect
      .poll(() => daemons.hasFinished('ours'), { timeout: 120_000, interval: 200, message: daemons.logsOf('ours') })
      .toBe(true)
  })

  it('by a template of one’s own, a job for each worker, is asked after and cancelled where that is named again', async (context) => {
    needGridEngine(context)
    const text = readFileSync('docs/templates/sge.txt', 'utf8')
    writeFileSync(at('own.txt'), text.replace('#$ -t 1-{workers}\n', '').replace('-$TASK_ID.', '-{worker}.'))
    const endless = ['--set', 'generator.steps=1000000']
    const submitted = kopt(runWords('own', ...submitting('own.txt', '--workers', '3', ...oneCore), ...endless), {
      cwd,
      env,
    })
    expect(submitted.code, submitted.stderr).toBe(0)
    const jobs = daemons.jobsOf('own')
    expect(jobs).toHaveLength(3)
    await expect.poll(() => daemons.steps('own'), { timeout: 60_000 }).toBeGreaterThan(0)
    const named = ['--template', 'own.txt']
    expect(kopt(['status', 'own', ...named], { cwd, env }).stdout).toMatch(
      `jobs of the cluster: ${jobs.join(', ')}, 2 running, 1 not (qw)`,
    )
    expect(kopt(['status', 'own'], { cwd, env }).stdout).toContain('name their template with --template')
    expect(kopt(['cancel', 'own', ...named], { cwd, env })).toMatchObject({ code: 0 })
    await expect.poll(() => sge('qstat'), { timeout: 60_000 }).toBe('')
    expect(kopt(['status', 'own', ...named], { cwd, env }).stdout).toContain('none of which is left')
  })

  it('that it refuses is told in its words, and leaves no folder and no job', (context) => {
    needGridEngine(context)
    const words = submitting('sge', ...oneCore, '--job', 'queue=nosuch')
    const { code, stderr } = kopt(runWords('refused', ...words), { cwd, env })
    expect(code).toBe(2)
    expect(stderr).toContain(
      'SGE refuses: Unable to run job: Job was rejected because job requests unknown queue "nosuch"',
    )
    expect(existsSync(at('refused'))).toBe(false)
  })
})

const templateOf = (name: string) => parseTemplate(readFileSync(`docs/templates/${name}.txt`, 'utf8'), name)
const needed = { environment: 'smp', image: 'registry/kopt:1', claim: 'runs', mount: '/shared' }
const ofRun = {
  ...needed,
  script: '/r/private/job.sh',
  folder: '/r',
  logs: '/r/private',
  name: 'kopt-r',
  workers: '8',
  worker: '1',
  cores: '4',
}

describe('a template of kopt', () => {
  it.each(templateNames.filter((name) => name !== 'kubernetes'))(
    'for %s leaves out what nothing was said of',
    (name) => {
      const { body } = templateOf(name)
      const bare = filled(body, ofRun)
      expect(bare).not.toMatch(/(?<!\$)\{/)
      expect(bare).toContain('/r/private/job.sh')
      expect(bare).not.toMatch(/memory|h_rt|walltime|queue=|-W /)
      expect(filled(body, { ...ofRun, time: '8:00', memory: '8G' })).toMatch(/8:00[\s\S]*8G|8G[\s\S]*8:00/)
    },
  )

  // As the manuals of these programs show their answers.
  it.each([
    [
      'sge',
      '4.1-2:1\n',
      '4',
      '      4 0.50000 kopt-r root         Rr    11/30/2026 18:31:24 all.q@vm  1 1',
      'Rr',
      true,
    ],
    ['pbs', '1234.server\n', '1234.server', '1234.server   kopt-r   ada   00:00:00 Q workq', 'Q', false],
    [
      'lsf',
      'Job <501> is submitted to default queue <normal>.\n',
      '501',
      '501  ada  RUN  normal  login  node7  kopt-r[1] Nov 30 18:00',
      'RUN',
      true,
    ],
    ['htcondor', '88.0 - 88.7\n', '88', '3 1', '1', false],
  ])('for %s reads what its commands answer', (name, answer, id, line, state, runs) => {
    const template = templateOf(name)
    expect(template.id.exec(answer)?.[1]).toBe(id)
    const left = new RegExp(filled(template.left ?? '', { id }))
    expect(left.exec(line)?.[1]).toBe(state)
    expect(template.runs?.test(state)).toBe(runs)
    expect(left.test(line.replaceAll(id, '99').replace(/ 1$/, ' 4').replace('RUN', 'DONE'))).toBe(false)
  })
})

describe('a job of Kubernetes', () => {
  it('is printed by the folder that is laid out for it, and has no field that batch/v1 lacks', () => {
    const values = ['image=registry.local/kopt:0.2', 'claim=shared-runs', `mount=${cwd}`, 'memory=8Gi', 'user=1000']
    const jobs = values.flatMap((value) => ['--job', value])
    const words = ['--executor', 'submit', '--template', 'kubernetes', '--workers', '5', '--print', ...jobs]
    const { code, stdout, stderr } = kopt(runWords('In_pods', ...words), { cwd })
    expect(code, stderr).toBe(0)
    expect(existsSync(at('In_pods', 'config.yaml'))).toBe(true)
    const job = parse(stdout)
    expect(job).toMatchObject({
      metadata: { generateName: 'kopt-in-pods-' },
      spec: {
        completionMode: 'Indexed',
        completions: 5,
        parallelism: 5,
        template: {
          spec: {
            restartPolicy: 'Never',
            securityContext: { runAsNonRoot: true, runAsUser: 1000 },
            containers: [
              {
                image: 'registry.local/kopt:0.2',
                command: ['kopt', 'work', at('In_pods')],
                resources: { requests: { cpu: '1', memory: '8Gi' } },
              },
            ],
            volumes: [{ persistentVolumeClaim: { claimName: 'shared-runs' } }, { emptyDir: {} }],
          },
        },
      },
    })
    const wrong = (change: (spec: typeof job.spec) => void) => {
      const copy = structuredClone(job)
      change(copy.spec)
      return copy
    }
    expect(
      complaintsOfKubernetes(
        job,
        wrong((spec) => Object.assign(spec, { backofLimit: 1 })),
        wrong((spec) => Object.assign(spec, { completions: '5' })),
        wrong((spec) => Object.assign(spec.template.spec.containers[0].securityContext, { priviledged: false })),
        wrong((spec) => delete spec.podFailurePolicy.rules[0].action),
      ),
    ).toEqual([
      expect.stringContaining("'\"backofLimit\"' does not exist in type 'JobSpec'"),
      "Type 'string' is not assignable to type 'number'.",
      expect.stringContaining("'\"priviledged\"' does not exist in type 'SecurityContext'"),
      expect.stringContaining("Property 'action' is missing"),
    ])
    const { left, runs, gone } = templateOf('kubernetes')
    const states = ['=3', '=', 'Complete=', 'SuccessCriteriaMet Complete=', 'FailureTarget Failed='].map(
      (line) => new RegExp(left ?? '').exec(line)?.[1],
    )
    expect(states).toEqual(['3', '', undefined, undefined, undefined])
    expect([runs?.test('3'), runs?.test('')]).toEqual([true, false])
    expect(gone?.test('Error from server (NotFound): jobs.batch "x" not found')).toBe(true)
  })
})

describe('a template of one’s own', () => {
  const good = '#kopt submit: qsub\n#kopt id: (\\d+)\n/bin/bash {script}'
  it('may be a script, with braces of a shell', () => {
    const { body, submit } = parseTemplate(`${good} \${HOME} {queue}\n{ echo {name}; }`, 'own.txt')
    expect(submit).toEqual(['qsub'])
    expect(filled(body, { ...ofRun, queue: 'long' })).toBe(
      `/bin/bash /r/private/job.sh \${HOME} long\n{ echo kopt-r; }`,
    )
  })

  it.each([
    ['#kopt submit: qsub\n/bin/bash {script}', 'own.txt: a line "#kopt id: ..." is missing'],
    ['#kopt id: (x)\n/bin/bash {script}', 'own.txt: a line "#kopt submit: ..." is missing'],
    ['#kopt submit: qsub\n#kopt id: (x)\nkopt work', '{script} has to stand in it'],
    [`${good}\n#kopt sumbit: qsub`, 'line 4: "#kopt KEY: VALUE" was expected'],
    [`${good}\n#kopt id: (y)`, 'line 4: id is given twice'],
    [`${good}\n#kopt ask: qstat`, 'ask and left belong together'],
    [`${good}\n#kopt ask: qstat\n#kopt left: (`, 'left: Invalid regular expression'],
    [`${good}\n#kopt needs: queue`, 'needs: {queue} stands nowhere in it'],
    [`${good}\n#kopt notice: soon`, 'notice: seconds were expected, not "soon"'],
    ['x'.repeat(30_000), 'at most 20000 characters'],
  ])('is refused with a sentence: %#', (text, sentence) => {
    expect(() => parseTemplate(text, 'own.txt')).toThrow(sentence)
  })

  it.each([
    ['time', 'NAME=VALUE was expected'],
    ['script=/bin/true', 'kopt sets script itself'],
    ['time=', '--job time has no value'],
    ['queue=long; rm -rf ~', '";" in "long; rm -rf ~" may mean something'],
    ['queue=a\n#$ -o /etc', 'may mean something to a cluster'],
    ['queue=$(id)', '"$" in'],
  ])('takes no value that a shell could read: %s', (said, sentence) => {
    expect(() => templateValues([said])).toThrow(sentence)
  })

  it.each([
    ['--executor submit needs a template', 'x', ['--executor', 'submit']],
    [
      'there is no {walltime} in the template sge; it has {environment}, {queue}',
      'x',
      submitting('sge', ...oneCore, '--job', 'walltime=1'),
    ],
    [
      'the template kubernetes needs --job claim=..., --job mount=...',
      'x',
      submitting('kubernetes', '--job', 'image=a'),
    ],
    ['jobs can\'t be told of the run\'s folder: " " in', 'my run', submitting('sge', ...oneCore)],
  ])('%s', (sentence, out, words) => {
    const { code, stderr } = kopt(runWords(out, ...words), { cwd })
    expect(stderr).toContain(sentence)
    expect(code).toBe(2)
    expect(existsSync(at(out))).toBe(false)
  })
})

/** Properties try the same cases on every run, so that a failure is of the code and not of the day; KOPT_TEST_SEED=N tries others. */
import fc from 'fast-check'

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.KOPT_TEST_SEED ?? 20_261_124) })

/** What the procedures rest on: how the prose names a source, and its full reference. */

interface Source {
  readonly cited: string
  readonly full: string
}

const sources = {
  kong: {
    cited: 'Kong et al. 2022',
    full: 'Kong HJ, Kim JY, Moon HM, et al. Automation of generative adversarial network-based synthetic data-augmentation for maximizing the diagnostic performance with paranasal imaging. Sci Rep 2022;12:18118. doi:10.1038/s41598-022-22222-z (the method; figure and table numbers in brackets are this paper’s)',
  },
  karras: {
    cited: 'Karras et al. 2022',
    full: 'Karras T, Aittala M, Aila T, Laine S. Elucidating the design space of diffusion-based generative models. NeurIPS 2022:26565-26577',
  },
  vastola: {
    cited: 'Wang and Vastola 2024',
    full: 'Wang B, Vastola JJ. The unreasonable effectiveness of Gaussian score approximation for diffusion models and its applications. Transactions on Machine Learning Research 2024',
  },
  lu: {
    cited: 'Lu et al. 2022',
    full: 'Lu C, Zhou Y, Bao F, Chen J, Li C, Zhu J. DPM-Solver++: fast solver for guided sampling of diffusion probabilistic models. arXiv:2211.01095, 2022',
  },
  figueroa: {
    cited: 'Figueroa et al. 2012',
    full: 'Figueroa RL, Zeng-Treitler Q, Kandula S, Ngo LH. Predicting sample size required for classification performance. BMC Med Inform Decis Mak 2012;12:8',
  },
  odena: {
    cited: 'Odena et al. 2017',
    full: 'Odena A, Olah C, Shlens J. Conditional image synthesis with auxiliary classifier GANs. ICML 2017:2642-2651',
  },
  efron: {
    cited: 'Efron 1979',
    full: 'Efron B. Bootstrap methods: another look at the jackknife. Ann Stat 1979;7:1-26',
  },
  silverman: {
    cited: 'Silverman and Young 1987',
    full: 'Silverman BW, Young GA. The bootstrap: to smooth or not to smooth? Biometrika 1987;74:469-479',
  },
  kingma: {
    cited: 'Kingma and Ba 2015',
    full: 'Kingma DP, Ba J. Adam: a method for stochastic optimization. ICLR 2015',
  },
  mallat: {
    cited: 'Bruna and Mallat 2013',
    full: 'Bruna J, Mallat S. Invariant scattering convolution networks. IEEE Trans Pattern Anal Mach Intell 2013;35:1872-1886',
  },
  delong: {
    cited: 'DeLong et al. 1988',
    full: 'DeLong ER, DeLong DM, Clarke-Pearson DL. Comparing the areas under two or more correlated receiver operating characteristic curves. Biometrics 1988;44:837-845',
  },
  obuchowski: {
    cited: 'Obuchowski 1997',
    full: 'Obuchowski NA. Nonparametric analysis of clustered ROC curve data. Biometrics 1997;53:567-578',
  },
  newcombe: {
    cited: 'Newcombe 2006',
    full: 'Newcombe RG. Confidence intervals for an effect size measure based on the Mann-Whitney statistic, part 2. Stat Med 2006;25:559-573',
  },
  zou: {
    cited: 'Zou and Donner 2008',
    full: 'Zou GY, Donner A. Construction of confidence limits about effect measures: a general approach. Stat Med 2008;27:1693-1702',
  },
  tango: {
    cited: 'Tango 1998',
    full: 'Tango T. Equivalence test and confidence interval for the difference in proportions for the paired-sample design. Stat Med 1998;17:891-908',
  },
  wilson: {
    cited: 'Wilson 1927',
    full: 'Wilson EB. Probable inference, the law of succession, and statistical inference. J Am Stat Assoc 1927;22:209-212',
  },
  ledoit: {
    cited: 'Ledoit and Wolf 2004',
    full: 'Ledoit O, Wolf M. A well-conditioned estimator for large-dimensional covariance matrices. J Multivar Anal 2004;88:365-411',
  },
  chawla: {
    cited: 'Chawla et al. 2002',
    full: 'Chawla NV, Bowyer KW, Hall LO, Kegelmeyer WP. SMOTE: synthetic minority over-sampling technique. J Artif Intell Res 2002;16:321-357',
  },
  holm: {
    cited: 'Holm 1979',
    full: 'Holm S. A simple sequentially rejective multiple test procedure. Scand J Stat 1979;6:65-70',
  },
  berger: {
    cited: 'Berger 1982',
    full: 'Berger RL. Multiparameter hypothesis testing and acceptance sampling. Technometrics 1982;24:295-300',
  },
  ledell: {
    cited: 'LeDell et al. 2015',
    full: 'LeDell E, Petersen M, van der Laan M. Computationally efficient confidence intervals for cross-validated area under the ROC curve estimates. Electron J Stat 2015;9:1583-1607',
  },
  white: { cited: 'White 2000', full: 'White H. A reality check for data snooping. Econometrica 2000;68:1097-1126' },
  hansen: {
    cited: 'Hansen et al. 2011',
    full: 'Hansen PR, Lunde A, Nason JM. The model confidence set. Econometrica 2011;79:453-497',
  },
  wang: {
    cited: 'Wang et al. 2003',
    full: 'Wang Z, Simoncelli EP, Bovik AC. Multiscale structural similarity for image quality assessment. Asilomar 2003:1398-1402',
  },
  youden: { cited: 'Youden 1950', full: 'Youden WJ. Index for rating diagnostic tests. Cancer 1950;3:32-35' },
  fagerland: {
    cited: 'Fagerland et al. 2013',
    full: 'Fagerland MW, Lydersen S, Laake P. The McNemar test for binary matched-pairs data: mid-p and asymptotic are better than exact conditional. BMC Med Res Methodol 2013;13:91',
  },
  obuchowskiPairs: {
    cited: 'Obuchowski 1998',
    full: 'Obuchowski NA. On the comparison of correlated proportions for clustered data. Stat Med 1998;17:1495-1507',
  },
  newcombePairs: {
    cited: 'Newcombe 1998',
    full: 'Newcombe RG. Improved confidence intervals for the difference between binomial proportions based on paired data. Stat Med 1998;17:2635-2650',
  },
  vanCalster: {
    cited: 'Van Calster et al. 2019',
    full: 'Van Calster B, McLernon DJ, van Smeden M, et al. Calibration: the Achilles heel of predictive analytics. BMC Med 2019;17:230',
  },
  saerens: {
    cited: 'Saerens et al. 2002',
    full: 'Saerens M, Latinne P, Decaestecker C. Adjusting the outputs of a classifier to new a priori probabilities: a simple procedure. Neural Comput 2002;14:21-41',
  },
  vickers: {
    cited: 'Vickers and Elkin 2006',
    full: 'Vickers AJ, Elkin EB. Decision curve analysis: a novel method for evaluating prediction models. Med Decis Making 2006;26:565-574',
  },
  mercaldo: {
    cited: 'Mercaldo et al. 2007',
    full: 'Mercaldo ND, Lau KF, Zhou XH. Confidence intervals for predictive values with an emphasis to case-control studies. Stat Med 2007;26:2170-2183',
  },
  binkowski: {
    cited: 'Bińkowski et al. 2018',
    full: 'Bińkowski M, Sutherland DJ, Arbel M, Gretton A. Demystifying MMD GANs. ICLR 2018',
  },
  heusel: {
    cited: 'Heusel et al. 2017',
    full: 'Heusel M, Ramsauer H, Unterthiner T, Nessler B, Hochreiter S. GANs trained by a two time-scale update rule converge to a local Nash equilibrium. NeurIPS 2017:6626-6637',
  },
  kynkaanniemi: {
    cited: 'Kynkäänniemi et al. 2019',
    full: 'Kynkäänniemi T, Karras T, Laine S, Lehtinen J, Aila T. Improved precision and recall metric for assessing generative models. NeurIPS 2019:3927-3936',
  },
  naeem: {
    cited: 'Naeem et al. 2020',
    full: 'Naeem MF, Oh SJ, Uh Y, Choi Y, Yoo J. Reliable fidelity and diversity metrics for generative models. ICML 2020:7176-7185',
  },
  alaa: {
    cited: 'Alaa et al. 2022',
    full: 'Alaa AM, van Breugel B, Saveliev ES, van der Schaar M. How faithful is your synthetic data? Sample-level metrics for evaluating and auditing generative models. ICML 2022:290-306',
  },
  xue: {
    cited: 'Xue et al. 2021',
    full: 'Xue Y, Ye J, Zhou Q, et al. Selective synthetic augmentation with HistoGAN for improved histopathology image classification. Med Image Anal 2021;67:101816',
  },
  claim: {
    cited: 'Tejani et al. 2024',
    full: 'Tejani AS, Klontzas ME, Gatti AA, et al. Checklist for Artificial Intelligence in Medical Imaging (CLAIM): 2024 update. Radiol Artif Intell 2024;6:e240300. doi:10.1148/ryai.240300',
  },
  tripod: {
    cited: 'Collins et al. 2024',
    full: 'Collins GS, Moons KGM, Dhiman P, et al. TRIPOD+AI statement: updated guidance for reporting clinical prediction models that use regression or machine learning methods. BMJ 2024;385:e078378. doi:10.1136/bmj-2023-078378',
  },
} satisfies Record<string, Source>

export type SourceName = keyof typeof sources

/** Author and year, for a sentence: `DeLong et al. 1988`. */
export function cite(name: SourceName): string {
  return sources[name].cited
}

/** Full references of the sources that a text cites. */
export function referencesOf(text: string): string[] {
  return Object.values(sources)
    .filter(({ cited }) => text.includes(cited))
    .map(({ full }) => full)
}

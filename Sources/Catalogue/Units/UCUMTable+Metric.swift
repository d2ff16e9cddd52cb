extension UCUMTable {
  /// SI units, units accepted beside them, constants of nature and CGS units.
  ///
  /// Source of the values: UCUM 2.2, © Regenstrief Institute. Columns as in `UCUMTable.definitions`.
  static let metric = """
    10*       -          10                 1
    10^       -          10                 1
    %         -          1                  10*-2
    [ppth]    -          1                  10*-3
    [ppm]     -          1                  10*-6
    [ppb]     -          1                  10*-9
    [pptr]    -          1                  10*-12

    mol       m          6.02214076         10*23
    sr        m          1                  rad2
    Hz        m          1                  s-1
    N         m          1                  kg.m/s2
    Pa        m          1                  N/m2
    J         m          1                  N.m
    W         m          1                  J/s
    A         m          1                  C/s
    V         m          1                  J/C
    F         m          1                  C/V
    Ohm       m          1                  V/A
    S         m          1                  Ohm-1
    Wb        m          1                  V.s
    Cel       m:celsius  1                  K
    T         m          1                  Wb/m2
    H         m          1                  Wb/A
    lm        m          1                  cd.sr
    lx        m          1                  lm/m2
    Bq        m          1                  s-1
    Gy        m          1                  J/kg
    Sv        m          1                  J/kg

    gon       -          0.9                deg
    deg       -          2                  [pi].rad/360
    '         -          1                  deg/60
    ''        -          1                  '/60
    l         m          1                  dm3
    L         m          1                  l
    ar        m          100                m2
    min       -          60                 s
    h         -          60                 min
    d         -          24                 h
    a_t       -          365.24219          d
    a_j       -          365.25             d
    a_g       -          365.2425           d
    a         -          1                  a_j
    wk        -          7                  d
    mo_s      -          29.53059           d
    mo_j      -          1                  a_j/12
    mo_g      -          1                  a_g/12
    mo        -          1                  mo_j
    t         m          1e3                kg
    bar       m          1e5                Pa
    u         m          1.66053906660e-24  g
    eV        m          1                  [e].V
    AU        -          149597.870691      Mm
    pc        m          3.085678e16        m

    [c]       m          299792458          m/s
    [h]       m          6.62607015e-34     J.s
    [k]       m          1.380649e-23       J/K
    [eps_0]   m          8.854187817e-12    F/m
    [mu_0]    m          1                  4.[pi].10*-7.N/A2
    [e]       m          1.602176634e-19    C
    [m_e]     m          9.1093837139e-31   kg
    [m_p]     m          1.67262192595e-27  kg
    [G]       m          6.67430e-11        m3.kg-1.s-2
    [g]       m          980665e-5          m/s2
    atm       -          101325             Pa
    [ly]      m          1                  [c].a_j
    gf        m          1                  g.[g]
    [lbf_av]  -          1                  [lb_av].[g]

    Ky        m          1                  cm-1
    Gal       m          1                  cm/s2
    dyn       m          1                  g.cm/s2
    erg       m          1                  dyn.cm
    P         m          1                  dyn.s/cm2
    Bi        m          10                 A
    St        m          1                  cm2/s
    Mx        m          1e-8               Wb
    G         m          1e-4               T
    Oe        m          250                /[pi].A/m
    Gb        m          1                  Oe.cm
    sb        m          1                  cd/cm2
    Lmb       m          1                  cd/cm2/[pi]
    ph        m          1e-4               lx
    Ci        m          37e9               Bq
    R         m          2.58e-4            C/kg
    RAD       m          100                erg/g
    REM       m          1                  RAD
    """
}

extension UCUMTable {
  /// Heat, clinical and chemical units, levels, and the rest.
  ///
  /// Source of the values: UCUM 2.2, © Regenstrief Institute. Columns as in `UCUMTable.definitions`.
  static let clinical = """
    [degF]           :fahrenheit   5              K/9
    [degR]           -             5              K/9
    [degRe]          :reaumur      5              K/4
    cal_[15]         m             4.18580        J
    cal_[20]         m             4.18190        J
    cal_m            m             4.19002        J
    cal_IT           m             4.1868         J
    cal_th           m             4.184          J
    cal              m             1              cal_th
    [Cal]            -             1              kcal_th
    [Btu_39]         -             1.05967        kJ
    [Btu_59]         -             1.05480        kJ
    [Btu_60]         -             1.05468        kJ
    [Btu_m]          -             1.05587        kJ
    [Btu_IT]         -             1.05505585262  kJ
    [Btu_th]         -             1.054350       kJ
    [Btu]            -             1              [Btu_th]
    [HP]             -             550            [ft_i].[lbf_av]/s
    tex              m             1              g/km
    [den]            -             1              g/9/km

    m[H2O]           m             980665e-5      kPa
    m[Hg]            m             133.3220       kPa
    [in_i'H2O]       -             1              m[H2O].[in_i]/m
    [in_i'Hg]        -             1              m[Hg].[in_i]/m
    [PRU]            -             1              mm[Hg].s/ml
    [wood'U]         -             1              mm[Hg].min/L
    [diop]           -             1              /m
    [p'diop]         :tanTimes100  1              rad
    %[slope]         :tanTimes100  1              rad
    [mesh_i]         -             1              /[in_i]
    [Ch]             -             1              mm/3
    [drp]            -             1              ml/20
    [hnsf'U]         -             1              1
    [MET]            -             3.5            mL/min/kg
    [hp'_X]          :hpX          1              1
    [hp'_C]          :hpC          1              1
    [hp'_M]          :hpM          1              1
    [hp'_Q]          :hpQ          1              1
    [hp_X]           a             1              1
    [hp_C]           a             1              1
    [hp_M]           a             1              1
    [hp_Q]           a             1              1
    [kp_X]           a             1              1
    [kp_C]           a             1              1
    [kp_M]           a             1              1
    [kp_Q]           a             1              1

    eq               m             1              mol
    osm              m             1              mol
    [pH]             :pH           1              mol/l
    g%               m             1              g/dl
    [S]              -             1              10*-13.s
    [HPF]            -             1              1
    [LPF]            -             100            1
    kat              m             1              mol/s
    U                m             1              umol/min
    [iU]             ma            1              1
    [IU]             ma            1              [iU]
    [arb'U]          a             1              1
    [USP'U]          a             1              1
    [GPL'U]          a             1              1
    [MPL'U]          a             1              1
    [APL'U]          a             1              1
    [beth'U]         a             1              1
    [anti'Xa'U]      a             1              1
    [todd'U]         a             1              1
    [dye'U]          a             1              1
    [smgy'U]         a             1              1
    [bdsk'U]         a             1              1
    [ka'U]           a             1              1
    [knk'U]          a             1              1
    [mclg'U]         a             1              1
    [tb'U]           a             1              1
    [CCID_50]        a             1              1
    [TCID_50]        a             1              1
    [EID_50]         a             1              1
    [PFU]            a             1              1
    [FFU]            a             1              1
    [CFU]            a             1              1
    [IR]             a             1              1
    [BAU]            a             1              1
    [AU]             a             1              1
    [Amb'a'1'U]      a             1              1
    [PNU]            a             1              1
    [Lf]             a             1              1
    [D'ag'U]         a             1              1
    [FEU]            a             1              1
    [ELU]            a             1              1
    [EU]             a             1              1

    Np               m:ln          1              1
    B                m:lg          1              1
    B[SPL]           m:lgTimes2    2              10*-5.Pa
    B[V]             m:lgTimes2    1              V
    B[mV]            m:lgTimes2    1              mV
    B[uV]            m:lgTimes2    1              uV
    B[10.nV]         m:lgTimes2    10             nV
    B[W]             m:lg          1              W
    B[kW]            m:lg          1              kW

    st               m             1              m3
    Ao               -             0.1            nm
    b                -             100            fm2
    att              -             1              kgf/cm2
    mho              m             1              S
    [psi]            -             1              [lbf_av]/[in_i]2
    circ             -             2              [pi].rad
    sph              -             4              [pi].sr
    [car_m]          -             2e-1           g
    [car_Au]         -             1              /24
    [smoot]          -             67             [in_i]
    [m/s2/Hz^(1/2)]  :sqrt         1              m2/s4/Hz
    [NTU]            -             1              1
    [FNU]            -             1              1

    bit_s            :ld           1              1
    bit              m             1              1
    By               m             8              bit
    Bd               m             1              /s
    """
}

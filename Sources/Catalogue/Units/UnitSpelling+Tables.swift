/// The spellings themselves. A code behind one of several capitalisations is there only when no other reading of any of
/// them is plausible in a laboratory.
extension UnitSpelling {
  /// Whole texts as written.
  static let wholes: [String: String] = [
    "X_10-3/uL": "10*3/uL", "X_10-6/uL": "10*6/uL", "giga.l-1": "10*9/L", "giga.L-1": "10*9/L", "tera.l-1": "10*12/L",
    "tera.L-1": "10*12/L", "S": "s", "MS": "ms", "C": "Cel", "F": "[degF]",
    "Y": "a", "y": "a",
    "MU/mol": "MU/mol", "MU/molHb": "MU/mol{Hb}", "mM": "mmol/L", "uM": "umol/L", "nM": "nmol/L", "pM": "pmol/L",
    "HU": "[hnsf'U]", "mOsm/(kg.H2O)": "mosm/kg",
  ]

  /// Whole texts in any capitalisation.
  static let wholesInAnyCase: [String: String] = [
    "ph": "[pH]", "inr": "{INR}", "coi": "{COI}", "s/co": "{s_co_ratio}", "ratio": "{ratio}", "index": "{index}",
    "titer": "{titer}", "score": "{score}", "bpm": "/min", "ppm": "[ppm]", "ppb": "[ppb]", "degc": "Cel",
    "celsius": "Cel",
    "degf": "[degF]", "percent": "%", "beats/min": "/min", "beats/minute": "/min", "breaths/min": "/min",
    "breaths/minute": "/min",
  ]

  /// Components, and whole texts, that may be two things unless their neighbours tell, or are no unit though UCUM has
  /// it.
  static let ambiguous: Set<String> = [
    "G", "M", "MU", "MIU", "Mu", "Miu", "MIu", "MV", "MA", "Ms", "Mm", "AU", "EU", "TU", "D", "N/A", "u3",
  ]

  /// Components as written.
  static let components: [String: String] = [
    "u": "U", "uu": "uU", "UU": "uU", "mu": "mU", "miu": "m[IU]", "mIU": "m[IU]", "mIu": "m[IU]", "miU": "m[IU]",
    "MM": "mm", "CM": "cm", "Cm": "cm", "RU": "{RU}", "ft": "[ft_i]", "in": "[in_i]",
  ]

  /// Components in any capitalisation.
  static let componentsInAnyCase: [String: String] = {
    let same = [
      "mg", "ug", "ng", "pg", "fg", "kg", "mol", "mmol", "umol", "nmol", "pmol", "fmol", "meq", "ueq", "mosm", "g%",
      "mg%", "kat",
      "ukat", "nkat", "min", "wk", "m2", "m3", "cm2", "cm3", "mm2", "mm3", "kcal",
    ]
    let other = [
      "l": "L", "dl": "dL", "ml": "mL", "ul": "uL", "nl": "nL", "pl": "pL", "fl": "fL", "cc": "mL", "mcl": "uL",
      "cumm": "mm3",
      "cmm": "mm3", "mcg": "ug", "mcmol": "umol", "gm": "g", "gms": "g", "gram": "g", "grams": "g", "mosmol": "mosm",
      "kj": "kJ",
      "iu": "[IU]", "uiu": "u[IU]", "mciu": "u[IU]", "kiu": "k[IU]", "ku": "kU", "kpa": "kPa", "mmhg": "mm[Hg]",
      "cmh2o": "cm[H2O]", "sec": "s", "secs": "s", "second": "s", "seconds": "s", "msec": "ms", "mins": "min",
      "minute": "min",
      "minutes": "min", "hr": "h", "hrs": "h", "hour": "h", "hours": "h", "day": "d", "days": "d", "week": "wk",
      "weeks": "wk",
      "month": "mo", "months": "mo", "yr": "a", "yrs": "a", "year": "a", "years": "a", "lb": "[lb_av]",
      "lbs": "[lb_av]",
      "oz": "[oz_av]", "inch": "[in_i]", "inches": "[in_i]", "cel": "Cel", "thou": "10*3", "thous": "10*3",
      "thousand": "10*3",
      "mill": "10*6", "million": "10*6", "giga": "10*9", "gpt": "10*9", "tera": "10*12", "tpt": "10*12", "lakh": "10*5",
      "lakhs": "10*5", "copies": "{copies}", "copy": "{copies}", "cells": "{cells}", "cell": "{cells}", "wbc": "{WBC}",
      "rbc": "{RBC}", "cfu": "[CFU]", "pfu": "[PFU]", "gpl": "[GPL'U]", "mpl": "[MPL'U]", "apl": "[APL'U]",
      "hpf": "[HPF]", "lpf": "[LPF]",
    ]
    return Dictionary(uniqueKeysWithValues: same.map { ($0, $0) }).merging(other) { first, _ in first }
  }()

  /// Components that mean this only under a solidus, in any capitalisation.
  static let denominators: [String: String] = ["h": "h", "d": "d", "hp": "[HPF]", "lp": "[LPF]"]

  /// Components that mean this only over one of these units.
  static let numerators: [String: [String: String]] = [
    "K": ["uL": "10*3", "mm3": "10*3"], "k": ["uL": "10*3", "mm3": "10*3"], "M": ["uL": "10*6", "mm3": "10*6"],
    "T": ["L": "10*12"], "AU": ["mL": "[arb'U]", "L": "[arb'U]", "dL": "[arb'U]"], "EU": ["dL": "[EU]"],
  ]

  /// Components of a sender who writes everything in capitals.
  static let componentsInCapitals: [String: String] = ["G": "g", "MU": "mU", "MIU": "m[IU]", "S": "s"]

  /// What a unit may be followed by, in any capitalisation.
  static let qualifiers: KeyValuePairs<String, String> = [
    "creatinine": "{creat}", "creat": "{creat}", "crea": "{creat}", "cr": "{creat}", "ofhb": "{Hb}", "hgb": "{Hb}",
    "hb": "{Hb}",
    "feu": "{FEU}", "h2o": "{H2O}",
  ]
}

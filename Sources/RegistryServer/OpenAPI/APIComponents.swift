import Messages

extension APIDescription {
  static let components = JSONValue.object([
    .init("securitySchemes", securitySchemes), .init("parameters", allParameters), .init("responses", responses),
    .init("schemas", schemas),
  ])

  private static let securitySchemes = value(
    """
    {"bearer":{"type":"http","scheme":"bearer","bearerFormat":"JWT",
      "description":"A token of POST /oauth/token; for CDS Hooks a client's own JWT, whose aud is the service called."},
     "mutualTLS":{"type":"mutualTLS","description":"A certificate that is registered for the client."},
     "session":{"type":"apiKey","in":"cookie","name":"__Host-huren","description":"Of a person who signed in."}}
    """)

  private static let parameters = value(
    """
    {"Huren-Institution":{"name":"Huren-Institution","in":"header",
      "description":"The institution that a client of several acts for.","schema":{"type":"string"}},
     "Huren-Reason":{"name":"Huren-Reason","in":"header","description":"Why an auditor asks.","schema":{"type":"string"}},
     "Huren-Person":{"name":"Huren-Person","in":"header",
      "description":"The registry's code of the person whose study it is, as decisions tell it; a resident need not say it.",
      "schema":{"type":"string"}},
     "accept":{"name":"accept","in":"query","description":"In place of the header Accept.","schema":{"type":"string"}},
     "StudyInstanceUID":{"name":"StudyInstanceUID","in":"query","description":"The study; needed but where the address is good for one.",
      "schema":{"type":"string","pattern":"^[0-9]+(\\\\.[0-9]+)*$","maxLength":64}},
     "record":{"name":"record","in":"query","description":"Whether the question is kept as a prompt of the books.",
      "schema":{"type":"boolean","default":true}},
     "knownAt":{"name":"knownAt","in":"query","description":"As the registry knew everything then: for auditors alone.",
      "schema":{"type":"string","format":"date-time"}}}
    """)

  private static let allParameters: JSONValue = {
    guard case .object(let own) = parameters, case .object(let fhir) = fhirParameters else { return .null }
    return .object(own + fhir)
  }()

  private static let responses = value(
    """
    {"Error":{"description":"Refused, by a code of one table",
      "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}}},
     "Outcome":{"description":"Refused, by a code of one table, as an OperationOutcome",
      "content":{"application/fhir+json":{},"application/fhir+xml":{}}}}
    """)

  private static let schemas: JSONValue = {
    guard case .object(let general) = generalSchemas, case .object(let cds) = cdsSchemas else { return .null }
    return .object(general + cds)
  }()

  private static let generalSchemas = value(
    """
    {"Error":{"type":"object","required":["error"],"properties":{"error":{"type":"object","required":["code","message"],
       "properties":{"code":{"type":"string"},"field":{"type":"string","description":"The request's own key."},
        "line":{"type":"integer"},"message":{"type":"string"}}}}},
     "OrderError":{"description":"An order's error, in its place.","allOf":[{"$ref":"#/components/schemas/Error"},
       {"type":"object","properties":{"orderId":{"type":"string"}}}]},
     "AnyError":{"anyOf":[{"$ref":"#/components/schemas/Error"},{"$ref":"#/components/schemas/OrderError"}]},
     "OAuthError":{"type":"object","required":["error"],"properties":{"error":{"type":"string"},
       "error_description":{"type":"string"}}},
     "TokenRequest":{"type":"object","required":["grant_type","client_assertion_type","client_assertion"],
       "properties":{"grant_type":{"const":"client_credentials"},
        "client_assertion_type":{"const":"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
        "client_assertion":{"type":"string"},"scope":{"type":"string"}}},
     "Token":{"type":"object","required":["access_token","token_type","expires_in"],
       "properties":{"access_token":{"type":"string"},"token_type":{"type":"string"},"expires_in":{"type":"integer"},
        "scope":{"type":"string"}}},
     "Identifier":{"type":"object","required":["type","value"],"properties":{
       "type":{"enum":["resident-id","health-card","passport","insurance","birth-certificate","military",
        "hk-macau-permit","taiwan-permit","permanent-residence","mother-resident-id","local","outpatient","inpatient"]},
       "value":{"type":"string","minLength":1},"institution":{"type":"string"}}},
     "PatientAsked":{"type":"object","properties":{"person":{"type":"string"},
       "identifiers":{"type":"array","items":{"$ref":"#/components/schemas/Identifier"}},"name":{"type":"string"},
       "sex":{"enum":["male","female","other","unknown"]},"birthDate":{"type":"string"}}},
     "Order":{"type":"object","required":["orderId","patient","setting","orderedAt","items"],"properties":{
       "orderId":{"type":"string","minLength":1},"patient":{"$ref":"#/components/schemas/PatientAsked"},
       "orderingInstitution":{"type":"string"},"department":{"type":"string"},"clinician":{"type":"string"},
       "setting":{"enum":["outpatient","inpatient","emergency","checkup"]},
       "orderedAt":{"type":"string","format":"date-time"},"retestReason":{"type":["integer","string"]},
       "retestReasonText":{"type":"string"},
       "items":{"type":"array","minItems":1,"items":{"type":"object","properties":{"item":{"type":"string"},
        "localCode":{"type":"string"},"specimen":{"type":"string"},"bodySite":{"type":"string"},
        "laterality":{"type":"string"}}}}}},
     "Query":{"type":"object","required":["patient"],"properties":{"patient":{"$ref":"#/components/schemas/PatientAsked"},
       "items":{"type":"array","items":{"type":"string"}},"setting":{"enum":["outpatient","inpatient","emergency","checkup"]},
       "orderedAt":{"type":"string","format":"date-time"}}},
     "Decision":{"type":"object","required":["orderId","decisionId","person","orderingInstitution","items"],
       "properties":{"orderId":{"type":"string"},"decisionId":{"type":"string"},"person":{"type":"string"},
        "orderingInstitution":{"type":"string"},"orderedAt":{"type":"string"},"knownAt":{"type":"string"},
        "items":{"type":"array","items":{"type":"object","required":["item","outcome","chosen","rejected"],
         "properties":{"item":{"type":"string"},"inPanel":{"type":"string"},
          "outcome":{"enum":["recognise","recognise-in-part","repeat","no-prior","retest-justified"]},
          "chosen":{"type":"array","items":{"type":"object"}},"covered":{"type":"array","items":{"type":"string"}},
          "residual":{"type":"array","items":{"type":"string"}},"rejected":{"type":"array","items":{"type":"object"}},
          "priceFen":{"type":["integer","null"]}}}},"reference":{"type":"object"}}},
     "FeedbackLine":{"type":"object","required":["event","kind","decisionId","item","at"],"properties":{
       "event":{"type":"string"},"kind":{"enum":["accepted","declined","undone","cited"]},"decisionId":{"type":"string"},
       "item":{"type":"string"},"at":{"type":"string","format":"date-time"},"by":{"type":"string"},
       "retestReason":{"type":["integer","string"]},"text":{"type":"string"},"patientTold":{"type":"boolean"},
       "consultationFeeFen":{"type":"integer"},"scheme":{"type":"string"},"enrolment":{"type":"string"},
       "payment":{"type":"string"}}},
     "ImagesAsked":{"type":"object","required":["studyInstanceUid"],"properties":{
       "person":{"type":"string","description":"The registry's code; a resident need not say it."},
       "studyInstanceUid":{"type":"string","pattern":"^[0-9]+(\\\\.[0-9]+)*$","maxLength":64}}},
     "ImagesGiven":{"type":"object","required":["dicomWeb","viewer","studyInstanceUid"],"properties":{
       "dicomWeb":{"type":"string","format":"uri","description":"What a viewer takes as the root of DICOMweb."},
       "viewer":{"type":"string","format":"uri","description":"A page that shows it."},
       "studyInstanceUid":{"type":"string"}}},
     "FeedbackTaken":{"type":"object","required":["taken","known","waiting","refused"],"properties":{
       "taken":{"type":"integer"},"known":{"type":"integer"},"waiting":{"type":"integer"},
       "refused":{"type":"array","items":{"type":"object","required":["line","code","message"]}}}}}
    """)

  private static let cdsSchemas = value(
    """
    {"Coding":{"type":"object","required":["code"],"properties":{"code":{"type":"string"},"system":{"type":"string"},
       "display":{"type":"string"}}},
     "CDSServices":{"type":"object","required":["services"],"properties":{"services":{"type":"array","items":{
       "type":"object","required":["hook","description","id"],"properties":{"hook":{"type":"string"},
        "title":{"type":"string"},"description":{"type":"string"},"id":{"type":"string"},
        "prefetch":{"type":"object","additionalProperties":{"type":"string"}},
        "usageRequirements":{"type":"string"}}}}}},
     "CDSRequest":{"type":"object","required":["hook","hookInstance","context"],"properties":{
       "hook":{"enum":["order-select","order-sign","patient-view"]},"hookInstance":{"type":"string","format":"uuid"},
       "fhirServer":{"type":"string"},"fhirAuthorization":{"type":"object"},
       "context":{"type":"object","required":["patientId"],"properties":{"userId":{"type":"string"},
        "patientId":{"type":"string","minLength":1},"encounterId":{"type":"string"},
        "selections":{"type":"array","items":{"type":"string"}},"draftOrders":{"$ref":"#/components/schemas/Bundle"}}},
       "prefetch":{"type":"object"},"extension":{"type":"object"}}},
     "Bundle":{"type":"object","properties":{"resourceType":{"const":"Bundle"},"type":{"type":"string"},
       "entry":{"type":"array","items":{"type":"object","properties":{"fullUrl":{"type":"string"},
        "resource":{"type":"object","properties":{"resourceType":{"enum":["ServiceRequest","MedicationRequest"]},
         "id":{"type":"string"},"status":{"enum":["draft","active"]},"priority":{"enum":["routine","urgent","asap","stat"]},
         "code":{"type":"object","properties":{"coding":{"type":"array",
          "items":{"$ref":"#/components/schemas/Coding"}}}}}}}}}}},
     "CDSAction":{"type":"object","required":["type","description"],"properties":{
       "type":{"enum":["create","update","delete"]},"description":{"type":"string"},"resource":{"type":"object"},
       "resourceId":{"type":"string"}}},
     "CDSCard":{"type":"object","required":["summary","indicator","source"],"properties":{
       "uuid":{"type":"string","format":"uuid"},"summary":{"type":"string","minLength":1,"maxLength":139},
       "indicator":{"enum":["info","warning","critical"]},"detail":{"type":"string","description":"GitHub's Markdown."},
       "source":{"type":"object","required":["label"],"properties":{"label":{"type":"string"},"url":{"type":"string"},
        "topic":{"$ref":"#/components/schemas/Coding"}}},
       "suggestions":{"type":"array","items":{"type":"object","required":["label"],"properties":{
        "label":{"type":"string"},"uuid":{"type":"string"},"isRecommended":{"type":"boolean"},
        "actions":{"type":"array","items":{"$ref":"#/components/schemas/CDSAction"}}}}},
       "selectionBehavior":{"enum":["at-most-one","any"]},
       "overrideReasons":{"type":"array","items":{"$ref":"#/components/schemas/Coding"}},
       "links":{"type":"array","items":{"type":"object","required":["label","url","type"]}}},
       "dependentRequired":{"suggestions":["selectionBehavior"]}},
     "CDSResponse":{"type":"object","required":["cards"],"properties":{
       "cards":{"type":"array","items":{"$ref":"#/components/schemas/CDSCard"}}}},
     "CDSFeedback":{"type":"object","required":["feedback"],"properties":{"feedback":{"type":"array","minItems":1,
       "items":{"type":"object","required":["card","outcome","outcomeTimestamp"],"properties":{
        "card":{"type":"string"},"outcome":{"enum":["accepted","overridden"]},
        "acceptedSuggestions":{"type":"array","items":{"type":"object","properties":{"id":{"type":"string"}}}},
        "overrideReason":{"type":"object","properties":{"reason":{"$ref":"#/components/schemas/Coding"},
         "userComment":{"type":"string"}}},
        "outcomeTimestamp":{"type":"string","format":"date-time"}}}}}},
     "CDSFeedbackTaken":{"type":"object","required":["taken","known","withoutReason"],"properties":{
       "taken":{"type":"integer"},"known":{"type":"integer"},"withoutReason":{"type":"integer"},
       "refused":{"type":"array","minItems":1,"items":{"type":"object","required":["place","code"]}}}}}
    """)
}

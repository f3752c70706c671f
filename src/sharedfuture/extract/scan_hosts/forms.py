"""What is decoded of each layout: declared fields only, everything else is passed over.

Sources: the fields of Censys' hosts index (v2) and its Platform's published schema; Shodan's
banner specification; zgrab2's zschema; Censys v1 and BinaryEdge by real records.
"""

import msgspec
from msgspec import Struct, field

# Headers differ in form from layout to layout; only those that are used are decoded.
Headers = dict[str, msgspec.Raw]


class Location(Struct):
    """Where the scanner places the machine."""

    country_code: str | None = None


class Network(Struct):
    """The network that announces the address."""

    asn: int | str | None = None


class Label(Struct):
    """What the scanner itself takes software or a device for."""

    vendor: str | None = None


class Favicon(Struct):
    """The icon of a page, by its hash."""

    md5_hash: str | None = None
    hash_md5: str | None = None


class HttpAnswer(Struct):
    """An answer to a request for a page."""

    headers: Headers = field(default_factory=dict)
    html_title: str | None = None
    favicons: list[Favicon] | None = None


class CensysHttp(HttpAnswer):
    """Of v2 the answer is inside, of the Platform it is the object itself."""

    response: HttpAnswer | None = None


class Raw(Struct):
    """A text as sent."""

    raw: str | None = None


class Ssh(Struct):
    """Greeting of an SSH server."""

    endpoint_id: Raw | None = None


class Banner(Struct):
    """Greeting of a server."""

    banner: str | None = None


class SnmpSystem(Struct):
    """Group `system` of SNMP."""

    desc: str | None = None
    object_id: str | None = None


class Snmp(Struct):
    """What SNMP answered."""

    oid_system: SnmpSystem | None = None
    system: SnmpSystem | None = None


class Endpoint(Struct):
    """A page of a service, in the Platform's layout."""

    http: HttpAnswer | None = None


class CensysService(Struct):
    """A service of a host, v2 and Platform."""

    port: int | None = None
    transport_protocol: str | None = None
    service_name: str | None = None
    protocol: str | None = None
    banner: str | None = None
    http: CensysHttp | None = None
    ssh: Ssh | None = None
    telnet: Banner | None = None
    ftp: Banner | None = None
    snmp: Snmp | None = None
    software: list[Label] | None = None
    hardware: list[Label] | None = None
    operating_systems: list[Label] | None = None
    endpoints: list[Endpoint] | None = None


class CensysHost(Struct):
    """A host of Censys, v2 and Platform."""

    ip: str
    services: list[CensysService] | None
    location: Location | None = None
    autonomous_system: Network | None = None
    hardware: Label | None = None
    operating_system: Label | None = None


class OldMetadata(Struct):
    """What Censys v1 took a service for."""

    manufacturer: str | None = None


class OldPage(Struct):
    """A page in Censys v1."""

    headers: Headers = field(default_factory=dict)
    title: str | None = None
    metadata: OldMetadata | None = None


class OldGreeting(Struct):
    """A greeting in Censys v1."""

    banner: str | None = None
    raw: str | None = None
    metadata: OldMetadata | None = None


class OldSsh(Struct):
    """SSH in Censys v1."""

    banner: OldGreeting | None = None


class OldService(Struct):
    """A protocol on a port in Censys v1."""

    get: OldPage | None = None
    v2: OldSsh | None = None
    banner: OldGreeting | None = None


class ShodanHttp(Struct):
    """A page in Shodan."""

    server: str | None = None
    title: str | None = None


class ShodanSnmp(Struct):
    """What SNMP answered, in Shodan."""

    description: str | None = None
    objectid: str | None = None


class ShodanModule(Struct):
    """Which part of Shodan's crawler asked."""

    module: str = ""


class ShodanBanner(Struct):
    """One service in Shodan; a line of its bulk export."""

    port: int
    data: str = ""
    ip_str: str | None = None
    ip: int | str | None = None
    transport: str | None = None
    asn: str | int | None = None
    location: Location | None = None
    http: ShodanHttp | None = None
    snmp: ShodanSnmp | None = None
    cpe23: list[str] | None = None
    cpe: list[str] | str | None = None
    crawler: ShodanModule | None = field(name="_shodan", default=None)


class ShodanHost(Struct):
    """A host in Shodan, with its services."""

    data: list[ShodanBanner]
    ip_str: str | None = None
    ip: int | str | None = None
    country_code: str | None = None
    asn: str | int | None = None


class GrabbedAnswer(Struct):
    """A page in zgrab2, body included: only its title is looked at."""

    headers: Headers = field(default_factory=dict)
    body: str | None = None


class GrabbedResult(Struct):
    """What a module of zgrab2 brought."""

    response: GrabbedAnswer | None = None
    server_id: Raw | None = None
    banner: str | None = None


class Grabbed(Struct):
    """A module of zgrab2."""

    protocol: str | None = None
    port: int | None = None
    result: GrabbedResult | None = None


class Grab(Struct):
    """A line of zgrab2; `location` and `autonomous_system` only where somebody added them."""

    data: dict[str, Grabbed]
    ip: str | None = None
    domain: str | None = None
    location: Location | None = None
    autonomous_system: Network | None = None


class EdgeTarget(Struct):
    """The machine of an event of BinaryEdge."""

    ip: str
    port: int


class EdgeService(Struct):
    """What BinaryEdge heard."""

    name: str | None = None
    banner: str | None = None


class EdgeAnswer(Struct):
    """A page in BinaryEdge."""

    headers: Headers = field(default_factory=dict)
    title: str | None = None


class EdgeData(Struct):
    """The part of an event that is used."""

    service: EdgeService | None = None
    response: EdgeAnswer | None = None


class EdgeResult(Struct):
    """The result of an event."""

    data: EdgeData | None = None


class EdgeOrigin(Struct):
    """Which of its modules asked."""

    type: str = ""


class EdgeEvent(Struct):
    """An event of BinaryEdge; it says no country of the machine, only of the scanner."""

    target: EdgeTarget
    result: EdgeResult
    origin: EdgeOrigin | None = None

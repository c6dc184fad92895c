"""The few places that datelines need: which region names stand for which country."""

_US_STATES = (
    "Ala. Alabama|Alaska|Ariz. Arizona|Ark. Arkansas|Calif. California|Colo. Colorado|Conn. Connecticut|Del. Delaware|"
    "Fla. Florida|Ga. Georgia|Hawaii|Idaho|Ill. Illinois|Ind. Indiana|Iowa|Kan. Kansas|Ky. Kentucky|La. Louisiana"
    "|Maine|"
    "Md. Maryland|Mass. Massachusetts|Mich. Michigan|Minn. Minnesota|Miss. Mississippi|Mo. Missouri|Mont. Montana|"
    "Neb. Nebraska|Nev. Nevada|N.H. New_Hampshire|N.J. New_Jersey|N.M. New_Mexico|N.Y. New_York|N.C. North_Carolina|"
    "N.D. North_Dakota|Ohio|Okla. Oklahoma|Ore. Oregon|Pa. Pennsylvania|R.I. Rhode_Island|S.C. South_Carolina|"
    "S.D. South_Dakota|Tenn. Tennessee|Texas Tex.|Utah|Vt. Vermont|Va. Virginia|Wash. Washington|W.Va. West_Virginia|"
    "Wis. Wisconsin|Wyo. Wyoming|D.C. DC|Puerto_Rico"
)
_CANADIAN_PROVINCES = (
    "Ontario Ont.|Quebec Que.|Alberta Alta.|British_Columbia B.C.|Manitoba Man.|Saskatchewan Sask.|Nova_Scotia N.S.|"
    "New_Brunswick N.B.|Newfoundland|Prince_Edward_Island|Yukon"
)
_COUNTRIES = (
    "Afghanistan|Albania|Algeria|Angola|Argentina|Armenia|Australia|Austria|Azerbaijan|Bahamas|Bahrain|Bangladesh|"
    "Barbados|Belarus|Belgium|Belize|Benin|Bhutan|Bolivia|Bosnia|Botswana|Brazil|Britain|Brunei|Bulgaria|Burkina_Faso|"
    "Burma|Burundi|Cambodia|Cameroon|Canada|Chad|Chile|China|Colombia|Comoros|Congo|Costa_Rica|Croatia|Cuba|Cyprus|"
    "Czech_Republic|Czechoslovakia|Denmark|Djibouti|Dominican_Republic|East_Germany|Ecuador|Egypt|El_Salvador|England|"
    "Eritrea|Estonia|Eswatini|Ethiopia|Fiji|Finland|France|Gabon|Gambia|Georgia|Germany|Ghana|Greece|Grenada|Guatemala|"
    "Guinea|Guyana|Haiti|Honduras|Hungary|Iceland|India|Indonesia|Iran|Iraq|Ireland|Israel|Italy|Ivory_Coast|Jamaica|"
    "Japan|Jordan|Kazakhstan|Kenya|Kosovo|Kuwait|Kyrgyzstan|Laos|Latvia|Lebanon|Lesotho|Liberia|Libya|Liechtenstein|"
    "Lithuania|Luxembourg|Madagascar|Malawi|Malaysia|Maldives|Mali|Malta|Mauritania|Mauritius|Mexico|Moldova|Monaco|"
    "Mongolia|Montenegro|Morocco|Mozambique|Myanmar|Namibia|Nepal|Netherlands|New_Zealand|Nicaragua|Niger|Nigeria|"
    "North_Korea|North_Macedonia|Northern_Ireland|Norway|Oman|Pakistan|Panama|Papua_New_Guinea|Paraguay|Peru"
    "|Philippines|"
    "Poland|Portugal|Qatar|Romania|Russia|Rwanda|Samoa|Saudi_Arabia|Scotland|Senegal|Serbia|Sierra_Leone|Singapore|"
    "Slovakia|Slovenia|Somalia|South_Africa|South_Korea|South_Sudan|Soviet_Union|Spain|Sri_Lanka|Sudan|Suriname|Sweden|"
    "Switzerland|Syria|Taiwan|Tajikistan|Tanzania|Thailand|Togo|Tonga|Trinidad|Tunisia|Turkey|Türkiye|Turkmenistan|"
    "Uganda|Ukraine|United_Arab_Emirates|United_Kingdom|United_States|Uruguay|Uzbekistan|Vanuatu|Venezuela|Vietnam"
    "|Wales|"
    "West_Germany|Yemen|Yugoslavia|Zaire|Zambia|Zimbabwe"
)
# Cities that wire datelines name without a region (the list agencies keep in their style books, shortened).
_ALONE = (
    "United States:ATLANTA BALTIMORE BOSTON CHICAGO CINCINNATI CLEVELAND DALLAS DENVER DETROIT HONOLULU HOUSTON"
    " INDIANAPOLIS "
    "LAS_VEGAS LOS_ANGELES MIAMI MILWAUKEE MINNEAPOLIS NEW_ORLEANS NEW_YORK OKLAHOMA_CITY PHILADELPHIA PHOENIX"
    " PITTSBURGH "
    "SALT_LAKE_CITY SAN_ANTONIO SAN_DIEGO SAN_FRANCISCO SEATTLE ST._LOUIS WASHINGTON|Canada:MONTREAL OTTAWA TORONTO"
    " VANCOUVER|"
    "China:BEIJING HONG_KONG SHANGHAI|Germany:BERLIN BONN FRANKFURT MUNICH|Belgium:BRUSSELS|Egypt:CAIRO"
    "|Switzerland:GENEVA ZURICH|"
    "Vatican City:VATICAN_CITY|Turkey:ISTANBUL ANKARA|Israel:TEL_AVIV|Britain:LONDON|Luxembourg:LUXEMBOURG"
    "|Spain:MADRID|"
    "Mexico:MEXICO_CITY|Monaco:MONACO|Russia:MOSCOW|France:PARIS|Italy:ROME MILAN|Brazil:RIO_DE_JANEIRO SAO_PAULO|"
    "Singapore:SINGAPORE|Sweden:STOCKHOLM|Australia:SYDNEY CANBERRA MELBOURNE|Japan:TOKYO|Austria:VIENNA|Kenya:NAIROBI|"
    "India:NEW_DELHI MUMBAI|South Korea:SEOUL|North Korea:PYONGYANG|Ukraine:KYIV KIEV|Iraq:BAGHDAD|Iran:TEHRAN"
    "|Syria:DAMASCUS|"
    "Lebanon:BEIRUT|Afghanistan:KABUL|Pakistan:ISLAMABAD|Thailand:BANGKOK|Argentina:BUENOS_AIRES|Greece:ATHENS"
    "|Poland:WARSAW|"
    "Hungary:BUDAPEST|Denmark:COPENHAGEN|Norway:OSLO|Finland:HELSINKI|Portugal:LISBON|Ireland:DUBLIN"
    "|Netherlands:AMSTERDAM "
    "THE_HAGUE|South Africa:JOHANNESBURG CAPE_TOWN|Philippines:MANILA|Indonesia:JAKARTA|Taiwan:TAIPEI|Cuba:HAVANA"
)


def _spaced(names: str) -> list[str]:
    return [name.replace("_", " ") for name in names.replace("|", " ").split()]


_COUNTRY_OF_REGION = {
    **{name.casefold(): "Canada" for name in _spaced(_CANADIAN_PROVINCES)},
    **{name.casefold(): name for name in _spaced(_COUNTRIES)},
    **{name.casefold(): "United States" for name in _spaced(_US_STATES) if name != "Georgia"},
}
_COUNTRY_OF_CITY = {
    city: country for line in _ALONE.split("|") for country, cities in [line.split(":")] for city in _spaced(cities)
}


def country_of_region(region: str) -> str | None:
    """``South Korea`` for itself, ``United States`` for ``Ore.``; ``None`` for a name not known."""
    return _COUNTRY_OF_REGION.get(region.strip().casefold())


def country_of_city(city: str) -> str | None:
    """``South Korea`` for ``SEOUL``: only for cities that stand alone in datelines, in any case; else ``None``."""
    return _COUNTRY_OF_CITY.get(city.strip().upper())

"""The names under which countries stand among the victims.

A cell of victims mixes countries with bodies, companies and persons, set apart by commas. What
stands here is read as a country; whatever else a cell holds is not read, and persons are never.
"""

COUNTRIES = frozenset(
    (
        *("Afghanistan", "Algeria", "Argentina", "Armenia", "Australia", "Austria", "Azerbaijan"),
        *("Bahrain", "Bangladesh", "Barbados", "Belarus", "Belgium", "Bosnia and Herzegovina"),
        *("Brazil", "Brunei", "Bulgaria", "Cambodia", "Canada", "Chile", "China", "Colombia"),
        *("Costa Rica", "Cuba", "Czech Republic", "Denmark", "Djibouti", "Ecuador", "Egypt"),
        *("Estonia", "Fiji", "Finland", "France", "Georgia", "Germany", "Ghana", "Greece"),
        *("Guatemala", "Hong Kong", "Hungary", "India", "Indonesia", "Iran", "Iraq", "Ireland"),
        *("Israel", "Italy", "Ivory Coast", "Japan", "Jordan", "Kazakhstan", "Kenya", "Kiribati"),
        *("Korea (Republic of)", "Kuwait", "Kyrgyzstan", "Laos", "Latvia", "Lebanon", "Lebonon"),
        *("Libya", "Lithuania", "Luxembourg", "Malaysia", "Mali", "Malta", "Mexico", "Mongolia"),
        *("Montenegro", "Morocco", "Mozambique", "Myanmar", "Nepal", "Netherlands", "New Zealand"),
        *("Nicaragua", "Nigeria", "North Korea", "Norway", "Oman", "Pakistan", "Palestine"),
        *("Panama", "Parkistan", "Peru", "Philippines", "Phillipines", "Poland", "Portugal"),
        *("Qatar", "Republic of Korea", "Romania", "Russia", "Russian Federation", "Rwanda"),
        *("Saudi Arabia", "Serbia", "Singapore", "Slovakia", "Somalia", "South Africa"),
        *("South Korea", "Spain", "Sri Lanka", "Sudan", "Suriname", "Sweden", "Switzerland"),
        *("Syria", "Taiwan", "Tajikistan", "Tajikstan", "Tanzania", "Thailand", "The Netherlands"),
        *("The Philippines", "Togo", "Tunisia", "Turkey", "Turkmenistan", "Uganda", "Ukraine"),
        *("United Arab Emirates", "United Kingdom", "United States", "Uruguay", "Uzbekistan"),
        *("Vatican City", "Venezuela", "Vietnam", "Yemen", "Zambia"),
    )
)

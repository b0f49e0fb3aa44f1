"""Vocabulary: the words that billing questions are made of. Whatever else a message holds may be somebody's name."""

USUAL = frozenset(
    """
    a about above after again agreement all allowance allowances am amount amounts an and any anybody anyone are ari
    as at be been before behind being bill billed billing bills break breakdown but by calculate calculated can cant
    cent cents charge charged charges clause clauses close come comes compute computed confirm confirmed contract
    contracts correct cost costs could credit customer customers did didnt different do does doesnt doing dollar
    dollars done dont down draft drafted drafts due each eur everybody everyone expensive explain fee fees flat for
    free from get give go got graduated has have he her here hey high higher how hows i if in included instead
    invoice invoiced invoices is isnt it its just know last left limit limits line list look looking low lower make
    many me mean min minimum minute minutes month monthly more most much my near need next no not now of off ok on
    one only or our out over overage overages owe owed owes paid per percent please prepare preview price prices
    pricing quarter rate rates really remaining right rounded rounding same say says see send sent she shortfall
    should show so some stand standing stands state statement status still such sum suppose tell term terms than
    thanks that the their them then there these they this those tier tiers to too total track until up us usage usd
    use used uses using unit units unlimited very volume was we week were what whats when where which while who whos
    why will with without wont work would wrong year yes yet you your
    """.split()  # noqa: SIM905
)
# Unlike for names, words such as 'minimum' or 'rounding' are what a search is about.
FILLERS = frozenset(word for word in USUAL if len(word) <= 3) | frozenset(
    """
    about agreement clause clauses contract contracts does find from mention mentions please quote said say says
    search show their there what where which with
    """.split()  # noqa: SIM905
)

"""What a home, a workshop and a robot's world are called."""

ROOMS = ('kitchen|living room|bedroom|bathroom|dining room|office|hallway|study|garage|basement|attic|nursery|guest room|den|lounge|hall|'
         'master bedroom|laundry room|playroom|kids room|patio|balcony|backyard|garden|conservatory|utility room|guest bathroom|gym|'
         'library|workshop|corridor|entryway|sunroom|cellar|loft|pantry|closet|game room|tv room|terrace|porch|deck|shed|upstairs|'
         'downstairs|first floor|ground floor|second floor|main floor|entrance|stairwell|family room|spare room|music room').split('|')
PLAIN_ROOMS = ROOMS[:24]   # said far more often
LAMPS = ('desk lamp|floor lamp|bedside lamp|reading lamp|table lamp|ceiling light|night light|fairy lights|porch light|led strip|chandelier|'
         'christmas lights|wall light|spotlights|lantern|standing lamp|ceiling lamp|mirror light|cabinet lights|strip light|'
         'floodlight|pendant light|corner lamp|sofa lamp|lava lamp|nightstand lamp|string lights|mood light|counter lights|'
         'under cabinet lights|stair lights|garden lights|driveway lights|front light|piano lamp|workbench light|tree lights|'
         'aquarium light|bathroom mirror light|stand lamp|bed light|overhead light|bar light|island light|pool light|'
         'walkway light|entry lamp|shower light|roof light|green lamp|big lamp|small lamp|left lamp|right lamp').split('|')
COLORS = ('red|blue|green|yellow|orange|purple|pink|white|warm white|cool white|cyan|magenta|violet|turquoise|teal|gold|lime|indigo|'
          'lavender|soft white|daylight|amber|dark blue|light blue|bright red|dark green|brown|maroon|light green|hot pink|silver|beige').split('|')
APPLIANCES = ('fan|tv|coffee machine|coffee maker|kettle|plug|socket|smart plug|switch|washing machine|dishwasher|oven|printer|computer|toaster|'
              'air purifier|humidifier|dehumidifier|radio|projector|water heater|pump|sprinkler|ceiling fan|charger|microwave|'
              'iron|stove|router|sauna|jacuzzi|fireplace|electric blanket|game console|tower fan|desk fan|exhaust fan|'
              'extractor fan|stereo|television|monitor|laptop|dryer|tumble dryer|rice cooker|slow cooker|espresso machine|fountain|'
              'irrigation|doorbell|camera|alarm system|security system|aquarium pump|outlet|power strip|amplifier|soundbar|'
              'playstation|xbox|vacuum pump|bathroom fan|3d printer|blender|mixer|freezer|fridge|hair dryer|towel rail|'
              'diffuser|air fryer|bug zapper|pool pump|led sign|server|conveyor|drill|welder|compressor|relay|relay 1|motor|'
              'wifi|hood|crock pot|sound system|media player|apple tv|chromecast|boiler|siren|scanner|lathe|saw|soldering iron').split('|')
FANS = 'fan|ceiling fan|tower fan|desk fan|exhaust fan|extractor fan|ventilation|air purifier|ventilator|hood|bathroom fan'.split('|')
COVERS = ('blinds|curtains|shutters|shades|awning|blind|curtain|shutter|shade|drapes|roller blinds|roller shutter|window|windows|skylight|'
          'venetian blinds|screen|louvers').split('|')
DOORS = ('garage door|gate|front gate|garage|door|back door|main gate|driveway gate|pool cover|hatch|pet door|cat flap|sliding door|valve|'
         'side garage door|left garage door|entrance gate|box|drawer|trunk|lid').split('|')
LOCKS = ('front door|back door|door|main door|side door|garage door|gate|patio door|doors|safe|shed|office door|cellar door|kitchen door|'
         'basement door|balcony door|front gate|entrance|gun cabinet|medicine cabinet|bedroom door|car|house|laundry room door|'
         'library door|smart lock|deadbolt|cabinet|liquor cabinet|mailbox|attic door|boathouse|sunroom door|wine cellar').split('|')
GENRES = ('jazz|rock|classical music|hip hop|pop|blues|country music|reggae|techno|metal|folk|lofi|ambient music|soul|disco|piano music|'
          'christmas songs|salsa|punk|house music|relaxing music|workout music|dinner music|indie rock|electronic music|opera|funk|'
          'sleep sounds|whale sounds|white noise|rain sounds|party music|nineties hits|80s music|dance music|happy music|music|some music').split('|')
ARTISTS = ('the beatles|queen|miles davis|taylor swift|adele|mozart|bach|pink floyd|daft punk|bob marley|johnny cash|nina simone|radiohead|'
           'coldplay|abba|led zeppelin|beethoven|david bowie|billie eilish|eminem|madonna|elvis presley|nirvana|u2|sting|chopin|'
           'frank sinatra|ella fitzgerald|the rolling stones|metallica|prince|rihanna|drake|enya|vivaldi|kraftwerk').split('|')
SONGS = ('yesterday|bohemian rhapsody|hey jude|imagine|hallelujah|thriller|blue train|moonlight sonata|stairway to heaven|wonderwall|'
         'dancing queen|smoke on the water|let it be|purple rain|africa|take five|four seasons|hotel california|jolene|fast car|'
         'under pressure|hello|happy|believe|clocks|yellow|creep|one|help|the wall|summertime|so what').split('|')
STATIONS = 'bbc radio 4|npr|radio paradise|jazz fm|classic fm|radio one|the morning news|hello fm|capital fm|kexp|101.5 fm|the news'.split('|')
PODCASTS = 'serial|the daily|radiolab|this american life|planet money|99% invisible|hardcore history|the moth|science weekly'.split('|')
NAMES = ('alex|charlie|elizabeth|francis|jennifer|linda|mary|patricia|robin|skyler|james|john|michael|robert|william|anna|tom|sarah|grandma|'
         'mom|dad|the kids|the children|everyone|everybody|my wife|my husband|the guests|daniele|peter|lucy|max|emma|the team').split('|')
PEOPLE = ('me|him|her|them|us|the guest|the visitor|the man in the red shirt|the woman with the hat|the person in front of you|the postman|'
          'that person|the tall man|the lady in black|my grandmother|the waiter|the person behind me|the guy with the blue jacket|'
          'the child|the nurse|the boy|the girl|the person waving|the old man|my son|my daughter|the group').split('|') + NAMES[:18]
OBJECTS = ('cup|mug|red cup|bottle|apple|book|phone|remote control|glass|plate|bowl|spoon|fork|knife|towel|pillow|box|newspaper|keys|bag|ball|'
           'coke|orange juice|cereal|noodles|sausages|paprika|pringles|crackers|potato chips|dish|sponge|cloth|tray|basket|grape juice|'
           'chocolate drink|sprite|scrubby|cascade pod|blue mug|green bottle|small box|water bottle|bottle of water|glass of milk|'
           'cup of coffee|pen|pencil|laptop|tablet|wallet|shoes|slippers|jacket|blanket|toy|teddy bear|screwdriver|hammer|wrench|'
           'first aid kit|medicine|pills|letter|package|parcel|banana|orange|egg|bread|tomato|potato|lettuce|candle|vase|laundry|'
           'trash|garbage|empty bottles|dirty dishes|red block|blue cube|yellow ball|tool box|umbrella|watering can|sandwich|beer|tea|'
           'snacks|remote|glasses|charger|headphones|umbrella|napkin|salt shaker|pan|pot|spatula|toilet paper|soap bar|credit card').split('|')
SPOTS = ('table|kitchen table|shelf|counter|fridge|sofa|couch|desk|bed|floor|cupboard|sink|dishwasher|dining table|coffee table|side table|'
         'end table|bookcase|storage table|drawer|cabinet|window sill|nightstand|trash can|bin|chair|armchair|closet|washing machine|'
         'microwave|workbench|charging table|box|basket|bookshelf|top shelf|stove|entrance|stand|rack|tv stand|dresser|ottoman').split('|')
PLACES = ('door|window|front door|exit|elevator|stairs|charging station|table|sofa|couch|fridge|desk|bed|tv|sink|corner|wall|doorway|hallway|'
          'next room|room on the left|room on the right|end of the hall|far wall|red cone|waypoint 3|waypoint 2|point a|station 4|'
          'meeting room|reception|lab|loading bay|warehouse|shelf 12|aisle 5|conference room|entrance|dining table|counter|'
          'north wall|doorway on your left|doorway in front of you|blue door|first traffic cone|barrel|crate|tree|car|mailbox|fence|'
          'other side of the room|middle of the room|hole in the wall|room behind you|fire extinguisher|whiteboard|pallet|printer').split('|')
FLOORS = 'floor|carpet|carpets|rug|floors|stairs|furniture|house|whole house|first floor|second floor|upstairs|downstairs|lawn|pool|windows|dishes'.split('|')
ROBOTS = 'robot|rover|vacuum|mower|drone|roomba|lawn mower|car|arm|phone|vacuum cleaner|doorbell|thermostat|remote|tablet'.split('|')
MODIFIERS = ('left|right|big|small|old|new|main|second|front|back|upper|lower|tall|red|blue|white|black|little|spare|outdoor|indoor|corner|'
             'reading|party|holiday|work|guest|baby|dog|cat|plant|hobby|morning|fish tank|ikea|hue|sonos|tuya|shelly|tasmota|smart').split('|') + SPOTS[:24]

"""Word lists of the name tagger, written for this project. A list never decides alone on a word that is also a common word."""

GIVEN = frozenset(
    """
aaron abdul abdullah abigail adam adele adnan adrian adriana agnes agnieszka ahmad ahmed aidan aisha akira alan alana alastair albert alberto
alec alejandra alejandro aleksandra alessandro alessia alex alexander alexandra alexandre alexis alfie alfonso alfred alice alicia alina alison
allison alma alvaro alyssa amanda amelia amelie amina aminu amir amit amy ana anastasia andre andrea andreas andrei andres andrew andrzej andy
angela angelica angelina angelo angus anika anil anita anja anjali anke anna annabel anne annette annie anthony antoine anton antonia antonio
anya archie arianna arjun armando arnold arthur arturo arun asha ashley ashok astrid audrey aurelie axel ayesha barbara barry bartosz beata
beatrice beatriz becky belinda ben benedict benjamin bernadette bernard bernd bernhard bertrand beth bethany betty bianca birgit bjorn bob bobby
boris brad bradley brandon brenda brendan brent brett brian brianna bridget brigitte britta bruce bruno bryan bryce caitlin callum calum calvin
cameron camila camille carl carla carlo carlos carmen carol carole caroline carolyn carrie carsten casey cassandra catalina caterina catherine
cathy cecilia cecile celia celine chandra chantal charles charlie charlotte chen chiara chloe chris christa christel christelle christina
christine christoph christophe christopher chuck ciara claire clara clare clarissa claude claudia claudio clement clifford clive colette colin
colleen connor conor constance cora corinne cornelia courtney craig cristian cristina curtis cynthia cyril dagmar daisuke damian damien dan dana
daniel daniela daniele danielle danny daphne daria darius darren darshan dave david dean debbie deborah debra deepak deirdre delphine denis denise dennis
derek desmond devon diana diane diego dieter dilip dimitri dinesh dirk divya dmitri dominic dominik dominique donald donna dora doreen doris dorothy
douglas duncan dylan eamon ebony eddie edgar edith edouard eduardo edward edwin eileen elaine eleanor elena eleni elias elif elijah elisa elisabeth
elise elizabeth ella ellen ellie elliot elliott eloise elsa elsie emanuele emil emilia emilie emilio emily emma emmanuel enrico enrique eric erica
erik erika erin ernest ernesto esme esteban estelle esther ethan eugene eva evan evelyn ewa ewan fabian fabio fabrice farah fatima fatma federica
federico felicity felipe felix fernanda fernando filip filippo fiona florian frances francesca francesco francis francisco franco francois
francoise franz fred freddie frederic frederick frederik freya friedrich fritz gabriel gabriela gabriella gabrielle gareth gary gavin gemma
geoff geoffrey george georgina gerald gerard gerhard gianluca gianni gilbert giles gillian gina giorgio giovanna giovanni gisela giulia giuseppe
gloria gonzalo gordon graham grazyna greg gregor gregory greta guillaume guillermo gunther gustavo gwen hamish hamza hanna hannah hans harold
harriet harry harsha hassan hazel heather hector heidi heike heinrich heinz helen helena helene helga helmut hendrik henri henrik henry herbert
hiroshi holger howard hugh hugo humphrey hussein ian ibrahim ida ignacio igor ilaria imogen imran ines ingrid ioana iraj irene irina irma isaac
isabel isabella isabelle isla ismail ivan ivana jackie jacob jacqueline jacques jaime jake jakob jakub jamal james jamie jan jana jane janet janice
janine janos jared jasmin jasmine jason javier jean jeanette jeanne jeff jeffrey jenna jennie jennifer jenny jens jeremy jerome jerry jesse jessica
jesus jill jim jimmy joan joanna joanne joaquin jochen jodie joe joel joelle johan johann johanna johannes john johnny jon jonas jonathan jorg
jorge jose josef joseph josephine josh joshua juan juana juanita judith judy julia julian juliana julie julien juliet juliette julio jurgen justin
justine kamal kamil karen karim karin karina karl karla karolina karsten kasia kate katarina katarzyna kate katharina katherine kathleen kathrin
kathryn kathy katie katja katrin katrina kayla kazimierz keira keith kelly kelsey ken kendra kenji kenneth kenny kerry kevin khadija khalid kieran
kim kimberly kirsten kirsty klaus konrad konstantin krishna kristen kristian kristin kristina krystyna krzysztof kumar kurt kyle kylie lara larry
lars laszlo latoya laura lauren laurence laurent lauri leah leanne leila lena lennart leo leon leonard leonardo leonie leroy lesley leslie leticia
lewis liam liang lidia liesbeth lina linda lindsay lindsey lionel lisa liz lloyd logan lola lorena lorenzo lorna lorraine lottie lou louis louisa
louise luc luca lucas lucia luciana lucie lucy ludwig luigi luis luisa lukas lukasz luke lutz lydia lynda lynn lynne maciej maddie magdalena mahmoud
maja malcolm malgorzata malik mandy manfred manoj manuel manuela marc marcel marcela marcelo marcia marcin marco marcos marcus marek margaret
margarita margot maria mariam mariana marianne marie marilyn marina mario marion marisa marius marjorie markus marlene marta martha martin martina
martine marvin mary maryam masha massimo mateo mateusz mathew mathias mathieu mathilde matilda matt matteo matthew matthias matthieu maureen maurice
mauro maximilian maxime megan mehmet mei melanie melinda melissa mercy meredith michael michaela michal michel michele michelle mick miguel mihai
mikael mike mikhail milan milena mina mindy ming miriam mitchell mohamed mohammad mohammed mohit moira molly mona monica monika monique morgan moritz
moses muhammad mustafa myriam nadia nadine naomi natalia natalie nataliya natasha nathalie nathan nathaniel neha neil nella nelson nerys niall
nichola nicholas nick nicky nicola nicolas nicole nigel nikhil nikita niklas nikolai nils nina nisha noah noel nora norbert noreen norma norman
nuno oksana olaf oleg olga oliver olivia olivier olly omar oscar oskar osman otto owen pablo pamela paola paolo parisa pascal patricia patricio patrick
patrik patty paul paula pauline pavel pawel pedro peggy penelope perry peter petra phil philip philipp philippa philippe phillip phoebe pia pierre
pieter piotr poppy pradnya pranav prakash preeti priya priyanka rachael rachel rafael rafal raj rajesh ralf ralph ramesh ramon ramona randall randy
raphael raquel rashid raul ravi raymond rebecca rebekah reinhard rekha remi rene renata renate ricardo riccardo richard rick ricky rita
robbie robert roberta roberto rochelle roderick rodrigo roger rohan roland rolf roman romain ron ronald ronnie rory rosalie rosalind rosanna rosario
rosemary rosie ross roxanne ruben rudolf rupert russell ruth ryan sabina sabine sabrina sadie saeed sahil salma salman sam samantha samir samira
samuel sandra sanjay santiago sara sarah sasha saskia scott sean sebastian selina serena sergei sergio seth shane shannon sharon shaun sheila shelley
sheryl shirley sian sibylle sigrid silke silvia simon simona simone siobhan slawomir sofia sofie sonia sonja sophia sophie soraya stacey stacy
stanislav stefan stefania stefanie stella stephan stephane stephanie stephen steve steven stewart stuart sunil sunita susan susana susanna susanne
susie suzanne suzie svetlana sven sylvia sylvie tabitha tamara tammy tania tanja tanya tara tariq tatiana ted teresa terence terry tessa thea theo
theodore theresa therese thierry thomas thorsten tia tiago tiffany tim timothy tina tobias toby todd tom tomas tomasz tommaso tommy tony tracey tracy
trevor tricia tristan trudy tyler ulrich ulrike uma umar ursula ute uwe vaclav valentina valeria valerie vanessa vasile vera verena veronica
veronika veronique vicki vicky victor vijay vikram viktor vikas vincent vincenzo vishal vivian vivien vivienne vladimir waleed walter wanda warren wayne
wei wendy werner wesley wilhelm wilfred william wojciech wolfgang xavier ximena yasmin yasmine yolanda youssef yuki yuri yusuf yves yvette yvonne
zachary zahra zainab zara zbigniew zeynep zofia zoe zsofia zsolt zuzana zuzanna
""".split()  # noqa: SIM905 - a list of a thousand strings would not be read by anybody
)
"""Given names that are rarely another word, lower case."""

UNSURE = frozenset(
    """
abby adele alba alec allan allen alexa amber angel april archer ari art asher asia august aurora austin autumn bailey bay beau bella bill blair blake bo brad brook
brooke buddy carey carter chad chance charity charlie chase chelsea christian clay cliff cole cooper crystal daisy dakota dale dallas dawn
dean destiny dick dolly don drew duke dusty earl ed eden eli elle em ethel eve ever faith fay finn fleur flora florence ford frank gale gene genesis georgia
gerry ginger glen grace grant gus guy hal hank harmony harper heath henna holly hope hunter iris israel ivy jack jade janis jasper jay jo jordan
joy june kai kay kit kitty lance lane lea lee lily london loren lori luna mack madison mae marc mark marley marshall martini mason mat max may maya
mel melody mercedes merry mia miles milo misty montana nat ned neo nova olive pacific page paige paris parker pat patience paz pearl penny pete
peyton phoenix piers pippa porter preston prince priscilla quinn rain ray reed regina reid rex rich river rob robin rocky rod romeo rose rowan roy ruby
rusty sage sally sandy savannah scarlett shelby sid sidney sienna sierra sky skye skyler sky sol sonny spencer stan star sterling storm sue summer sunny
sydney taylor temple tiger toni tori trinity trip troy ty val van vaughn venus vern vic victoria violet virginia wade wally will willow woody
""".split()  # noqa: SIM905
)
"""Given names that are also words, places or brands: redacted only beside a cue."""

SURNAMES = frozenset(
    """
adams ahmed ali allen alvarez anderson andersson armstrong bailey baker banerjee barnes becker bell bennett bernard bianchi brown bryant butler
campbell carter castillo castro chan chatterjee chavez clarke coleman collins colombo cooper costa cox cruz davies davis diaz dubois durand edwards
esposito evans fernandez ferrari fischer fitzgerald fleming fletcher flores foster fraser garcia gibson gomez gonzales gonzalez graham griffin gupta
gutierrez hall hansen harris harrison hayes henderson hernandez herrera hoffmann hughes hussain ivanov jackson jain jansen janssen jenkins jensen
jimenez johansson johnson johnston jones kapoor kaur kelly kennedy khan kim klein koch kowalski kozlowski kumar larsen laurent lefebvre lewandowski
lewis lopez macdonald mahindra marino marshall martinez mcdonald mcdonnell mckenzie mehta mendoza meyer miller mitchell moore morales moreau moreno
morgan morris muller murphy murray navarro nguyen nielsen novak nowak obrien olsen olson ortiz owens park parker patel pedersen perez petersen peterson
petrov phillips popescu ramirez ramos reddy reyes reynolds ricci richards richardson rivera roberts robertson robinson rodriguez rogers romano romero
rossi ruiz russo sanchez sanders santos schmidt schmitt schneider schulz schwartz sharma silva simmons singh smirnov smith stevens stewart sullivan
suzuki svensson tanaka taylor thompson torres tran turner vargas vasquez wagner walker watson weber williams williamson wilson wisniewski wojcik
white black green gray grey young king hill wood price bush rice cook page day rose stone fox wolf lane banks ford english long west wright yamamoto yilmaz zhang zimmermann
""".split()  # noqa: SIM905
)
"""Family names that confirm an unsure given name before them."""

NOT_NAMES = frozenset(
    """
i a an the there here all everyone everybody team guys folks sir madam ma'am maam sirs ladies support customer customers service care agent
manager again so for just very much too you your u ya yes no not ok okay yeah yep nope hi hello hey dear thanks thank please sorry sure still also and or
but if is are was were do does did have has had can could will would should my mine our we they he she it its it's this that these those what when
where why how who which as at by from in on of off to with about any some one two three first last next now today tomorrow yesterday tonight
morning afternoon evening night day week month year monday tuesday wednesday thursday friday saturday sunday mon tue wed thu thur thurs fri sat sun
january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec christmas
easter ramadan diwali hanukkah thanksgiving halloween new good great happy best kind kindest warm many regards cheers love bye goodbye welcome
mr mrs ms miss dr prof sales billing shipping returns help desk helpdesk account accounts office reception store shop app bot assistant
english french german spanish italian dutch polish portuguese chinese japanese british american indian european canadian australian irish scottish
welsh uk usa us eu england scotland wales ireland britain europe america india china france germany spain italy london manchester glasgow edinburgh
liverpool birmingham leeds bristol york berlin munich hamburg vienna madrid rome amsterdam brussels dublin lisbon warsaw prague budapest chicago
boston houston seattle denver atlanta miami orlando toronto sydney melbourne singapore heathrow gatwick euston paddington waterloo
apple amazon google microsoft samsung sony nokia dell asus lenovo intel nvidia adobe norton spotify netflix hulu roku disney paypal visa mastercard amex
facebook instagram whatsapp twitter youtube linkedin tiktok snapchat telegram signal zoom slack uber lyft airbnb delta united southwest ryanair easyjet
lufthansa emirates tesco sainsbury sainsburys asda aldi lidl morrisons waitrose argos ikea zara primark nike adidas puma walmart target costco
ebay etsy shopify zendesk intercom freshdesk hermes evri dpd ups fedex dhl usps verizon sprint vodafone airtel comcast spectrum tmobile virgin sky
starbucks mcdonalds kfc chipotle dominos nespresso tesla toyota honda ford bmw audi volkswagen mercedes xbox playstation nintendo windows android
iphone ipad macbook mac ios chrome firefox safari outlook word excel photoshop prime premium plus pro basic gold silver platinum black white red blue
green internet email mail phone network wifi bluetooth card bank direct debit order delivery refund account god jesus lord christ
idk lol omg btw asap fyi imo faq vip ceo id pin dm pm am tv pc usb hd diy
sounds thats that's i'm im i've ive i'll ill i'd id let lets let's trying calling writing contacting getting having looking going waiting asking using
unable able afraid glad pleased aware ready done fine back late stuck home sick tired furious angry upset annoyed disappointed frustrated confused
worried concerned interested curious confident certain positive unsure allergic pregnant disabled gone live located based currently now actually
really honestly definitely absolutely totally completely extremely super pretty quite almost already always never only even both another every each
more most less least other same such own few several half whole full long short old big small nice bad poor terrible awful ridiculous unacceptable
""".split()  # noqa: SIM905
)
"""Capitalised words that are no person's name even where a cue precedes them: greetings, days, places, brands, states."""

BRAND_PHRASES = (
    "Ben & Jerry", "Calvin Klein", "Denny's", "Dr Martens", "Dr. Martens", "Harley Davidson", "Harry Potter", "Hugo Boss", "Jack Daniel",
    "James Bond", "Jimmy Choo", "John Deere", "John Lewis", "Johnson & Johnson", "Kate Spade", "Laura Ashley", "Levi's", "Mary Kay", "Michael Kors",
    "Papa John", "Paul Smith", "Ralph Lauren", "Ray Ban", "Ray-Ban", "Ted Baker", "Tim Hortons", "Tom Ford", "Tommy Hilfiger", "Trader Joe",
    "Victoria's Secret", "Wendy's", "Yves Saint Laurent", "St John", "St. John", "San Diego", "San Jose", "Santiago de", "St Paul", "Harvey Nichols",
    "Peter Jones", "Charles Schwab", "Charlotte Tilbury", "Bobbi Brown", "Elizabeth Arden", "Estee Lauder", "Russell Hobbs", "Philip Morris",
    "Thomas Cook", "Warner Bros", "Kim Kardashian", "Virgin Active", "Marie Curie", "Microsoft Teams", "Apple Watch", "Oscar Mayer", "Uncle Ben",
    "Aunt Bessie", "Famous Amos", "Little Caesars", "Oliver Bonas", "Sam's Club", "Dick's", "Macy's", "Lloyds", "Jamie Oliver", "Gordon Ramsay",
)  # fmt: skip
"""Brands made of people's names; left as they are."""

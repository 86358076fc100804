using System.Collections.Frozen;

namespace Pomona.Job.Runs;

/// <summary>
/// Letters that Unicode has in one piece and as a letter with a mark, which look the same: macOS writes file names the one
/// way, most other systems the other. .NET knows them only where ICU is installed, which it is not on a cluster's nodes.
/// </summary>
internal static class ComposedLetters
{
    private const int FirstSyllable = 0xAC00;
    private const int Syllables = 11_172;
    private const int Vowels = 21;
    private const int Endings = 28;

    /// <summary>
    /// By mark: a letter and what it becomes with the mark, and so on. Made of Python's unicodedata 14.0.0: all canonical
    /// decompositions into a letter and a mark; Korean syllables follow a rule instead (The Unicode Standard, section 3.12).
    /// </summary>
    private static readonly Dictionary<char, string> Composed = new()
    {
        ['\u0300'] = "AÀEÈIÌOÒUÙaàeèiìoòuùÜǛüǜNǸnǹЕЀИЍеѐиѝĒḔēḕŌṐōṑWẀwẁÂẦâầĂẰăằÊỀêềÔỒôồƠỜơờƯỪưừYỲyỳἀἂἁἃἈἊἉἋἐἒἑἓἘἚἙἛἠἢἡἣἨἪἩἫἰἲἱἳἸἺἹἻὀὂὁὃὈὊὉὋὐὒὑὓὙὛὠὢὡὣὨὪὩὫαὰεὲηὴιὶοὸυὺωὼΑᾺΕῈΗῊϊῒΙῚϋῢΥῪΟῸΩῺ",
        ['\u0301'] = "AÁEÉIÍOÓUÚYÝaáeéiíoóuúyýCĆcćLĹlĺNŃnńRŔrŕSŚsśZŹzźÜǗüǘGǴgǵÅǺåǻÆǼæǽØǾøǿΑΆΕΈΗΉΙΊΟΌΥΎΩΏϊΐαάεέηήιίϋΰοόυύωώϒϓГЃКЌгѓкќÇḈçḉĒḖēḗÏḮïḯKḰkḱMḾmḿÕṌõṍŌṒōṓPṔpṕŨṸũṹWẂwẃÂẤâấĂẮăắÊẾêếÔỐôốƠỚơớƯỨưứἀἄἁἅἈἌἉἍἐἔἑἕἘἜἙἝἠἤἡἥἨἬἩἭἰἴἱἵἸἼἹἽὀὄὁὅὈὌὉὍὐὔὑὕὙὝὠὤὡὥὨὬὩὭ",
        ['\u0302'] = "AÂEÊIÎOÔUÛaâeêiîoôuûCĈcĉGĜgĝHĤhĥJĴjĵSŜsŝWŴwŵYŶyŷZẐzẑẠẬạậẸỆẹệỌỘọộ",
        ['\u0303'] = "AÃNÑOÕaãnñoõIĨiĩUŨuũVṼvṽÂẪâẫĂẴăẵEẼeẽÊỄêễÔỖôỗƠỠơỡƯỮưữYỸyỹ",
        ['\u0304'] = "AĀaāEĒeēIĪiīOŌoōUŪuūÜǕüǖÄǞäǟȦǠȧǡÆǢæǣǪǬǫǭÖȪöȫÕȬõȭȮȰȯȱYȲyȳИӢиӣУӮуӯGḠgḡḶḸḷḹṚṜṛṝαᾱΑᾹιῑΙῙυῡΥῩ",
        ['\u0306'] = "AĂaăEĔeĕGĞgğIĬiĭOŎoŏUŬuŭУЎИЙийуўЖӁжӂАӐаӑЕӖеӗȨḜȩḝẠẶạặαᾰΑᾸιῐΙῘυῠΥῨ",
        ['\u0307'] = "CĊcċEĖeėGĠgġIİZŻzżAȦaȧOȮoȯBḂbḃDḊdḋFḞfḟHḢhḣMṀmṁNṄnṅPṖpṗRṘrṙSṠsṡŚṤśṥŠṦšṧṢṨṣṩTṪtṫWẆwẇXẊxẋYẎyẏſẛ",
        ['\u0308'] = "AÄEËIÏOÖUÜaäeëiïoöuüyÿYŸΙΪΥΫιϊυϋϒϔЕЁІЇеёіїАӒаӓӘӚәӛЖӜжӝЗӞзӟИӤиӥОӦоӧӨӪөӫЭӬэӭУӰуӱЧӴчӵЫӸыӹHḦhḧÕṎõṏŪṺūṻWẄwẅXẌxẍtẗ",
        ['\u0309'] = "AẢaảÂẨâẩĂẲăẳEẺeẻÊỂêểIỈiỉOỎoỏÔỔôổƠỞơởUỦuủƯỬưửYỶyỷ",
        ['\u030a'] = "AÅaåUŮuůwẘyẙ",
        ['\u030b'] = "OŐoőUŰuűУӲуӳ",
        ['\u030c'] = "CČcčDĎdďEĚeěLĽlľNŇnňRŘrřSŠsšTŤtťZŽzžAǍaǎIǏiǐOǑoǒUǓuǔÜǙüǚGǦgǧKǨkǩƷǮʒǯjǰHȞhȟ",
        ['\u030f'] = "AȀaȁEȄeȅIȈiȉOȌoȍRȐrȑUȔuȕѴѶѵѷ",
        ['\u0311'] = "AȂaȃEȆeȇIȊiȋOȎoȏRȒrȓUȖuȗ",
        ['\u0313'] = "αἀΑἈεἐΕἘηἠΗἨιἰΙἸοὀΟὈυὐωὠΩὨρῤ",
        ['\u0314'] = "αἁΑἉεἑΕἙηἡΗἩιἱΙἹοὁΟὉυὑΥὙωὡΩὩρῥΡῬ",
        ['\u031b'] = "OƠoơUƯuư",
        ['\u0323'] = "BḄbḅDḌdḍHḤhḥKḲkḳLḶlḷMṂmṃNṆnṇRṚrṛSṢsṣTṬtṭVṾvṿWẈwẉZẒzẓAẠaạEẸeẹIỊiịOỌoọƠỢơợUỤuụƯỰưựYỴyỵ",
        ['\u0324'] = "UṲuṳ",
        ['\u0325'] = "AḀaḁ",
        ['\u0326'] = "SȘsșTȚtț",
        ['\u0327'] = "CÇcçGĢgģKĶkķLĻlļNŅnņRŖrŗSŞsşTŢtţEȨeȩDḐdḑHḨhḩ",
        ['\u0328'] = "AĄaąEĘeęIĮiįUŲuųOǪoǫ",
        ['\u032d'] = "DḒdḓEḘeḙLḼlḽNṊnṋTṰtṱUṶuṷ",
        ['\u032e'] = "HḪhḫ",
        ['\u0330'] = "EḚeḛIḬiḭUṴuṵ",
        ['\u0331'] = "BḆbḇDḎdḏKḴkḵLḺlḻNṈnṉRṞrṟTṮtṯZẔzẕhẖ",
        ['\u0342'] = "ἀἆἁἇἈἎἉἏἠἦἡἧἨἮἩἯἰἶἱἷἸἾἹἿὐὖὑὗὙὟὠὦὡὧὨὮὩὯαᾶηῆιῖϊῗυῦϋῧωῶ",
        ['\u0345'] = "ἀᾀἁᾁἂᾂἃᾃἄᾄἅᾅἆᾆἇᾇἈᾈἉᾉἊᾊἋᾋἌᾌἍᾍἎᾎἏᾏἠᾐἡᾑἢᾒἣᾓἤᾔἥᾕἦᾖἧᾗἨᾘἩᾙἪᾚἫᾛἬᾜἭᾝἮᾞἯᾟὠᾠὡᾡὢᾢὣᾣὤᾤὥᾥὦᾦὧᾧὨᾨὩᾩὪᾪὫᾫὬᾬὭᾭὮᾮὯᾯὰᾲαᾳάᾴᾶᾷΑᾼὴῂηῃήῄῆῇΗῌὼῲωῳώῴῶῷΩῼ",
        ['\u05b4'] = "\u05d9\ufb1d",
        ['\u05b7'] = "\u05f2\ufb1f\u05d0\ufb2e",
        ['\u05b8'] = "\u05d0\ufb2f",
        ['\u05b9'] = "\u05d5\ufb4b",
        ['\u05bc'] = "\u05d0\ufb30\u05d1\ufb31\u05d2\ufb32\u05d3\ufb33\u05d4\ufb34\u05d5\ufb35\u05d6\ufb36\u05d8\ufb38\u05d9\ufb39\u05da\ufb3a\u05db\ufb3b\u05dc\ufb3c\u05de\ufb3e\u05e0\ufb40\u05e1\ufb41\u05e3\ufb43\u05e4\ufb44\u05e6\ufb46\u05e7\ufb47\u05e8\ufb48\u05e9\ufb49\u05ea\ufb4a",
        ['\u05bf'] = "\u05d1\ufb4c\u05db\ufb4d\u05e4\ufb4e",
        ['\u05c1'] = "\u05e9\ufb2a\ufb49\ufb2c",
        ['\u05c2'] = "\u05e9\ufb2b\ufb49\ufb2d",
        ['\u0653'] = "\u0627\u0622",
        ['\u0654'] = "\u0627\u0623\u0648\u0624\u064a\u0626\u06d5\u06c0\u06c1\u06c2\u06d2\u06d3",
        ['\u0655'] = "\u0627\u0625",
        ['\u093c'] = "नऩरऱळऴकक़खख़गग़जज़डड़ढढ़फफ़यय़",
        ['\u09bc'] = "ডড়ঢঢ়যয়",
        ['\u0a3c'] = "ਲਲ਼ਸਸ਼ਖਖ਼ਗਗ਼ਜਜ਼ਫਫ਼",
        ['\u0b3c'] = "ଡଡ଼ଢଢ଼",
        ['\u0bd7'] = "ஒஔ",
        ['\u0fb5'] = "ཀཀྵ",
        ['\u0fb7'] = "གགྷཌཌྷདདྷབབྷཛཛྷ",
        ['\u102e'] = "ဥဦ",
        ['\u1b35'] = "ᬅᬆᬇᬈᬉᬊᬋᬌᬍᬎᬑᬒ",
        ['\u3099'] = "かがきぎくぐけげこごさざしじすずせぜそぞただちぢつづてでとどはばひびふぶへべほぼうゔゝゞカガキギクグケゲコゴサザシジスズセゼソゾタダチヂツヅテデトドハバヒビフブヘベホボウヴワヷヰヸヱヹヲヺヽヾ",
        ['\u309a'] = "はぱひぴふぷへぺほぽハパヒピフプヘペホポ",
    };

    private static readonly FrozenDictionary<char, (char Letter, char Mark)> Parts = Composed
        .SelectMany(mark => mark.Value.Chunk(2).Select(pair => (Whole: pair[1], Letter: pair[0], Mark: mark.Key)))
        .ToFrozenDictionary(entry => entry.Whole, entry => (entry.Letter, entry.Mark));

    /// <summary>The letter in as many pieces as there are.</summary>
    public static string Decompose(char letter)
    {
        if (letter - FirstSyllable is >= 0 and < Syllables and var syllable)
        {
            var ending = syllable % Endings;
            return string.Concat(
                (char)(0x1100 + (syllable / Endings / Vowels)),
                (char)(0x1161 + (syllable / Endings % Vowels)))
                + (ending == 0 ? string.Empty : (char)(0x11A7 + ending));
        }

        return Parts.TryGetValue(letter, out var parts) ? Decompose(parts.Letter) + parts.Mark : letter.ToString();
    }
}

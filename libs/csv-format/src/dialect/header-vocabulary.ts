/**
 * Words that are far more often names of columns than values, in the languages of open data, spelled as header keys are.
 * They only decide for tables of nothing but text.
 */
export const HEADER_WORDS: ReadonlySet<string> = new Set(
  `
  id ids uid uuid guid key code nr no num number ref reference index idx rank row line seq position
  name names first last middle full given family surname firstname lastname fullname nickname username user login title label salutation
  description desc comment comments note notes remark remarks text message subject body content summary details
  type kind category categories class group subgroup status state stage level priority tag tags flag source target origin
  date dates time datetime timestamp created updated modified deleted start end begin from to until year month day week hour minute quarter period
  email mail phone telephone tel mobile fax address addr street house zip postcode postal city town village county region province district country nation location place
  lat lon lng latitude longitude x y z geometry geom elevation altitude
  price cost amount total subtotal sum value quantity qty count unit units currency tax vat discount fee balance budget revenue sales salary rate percent percentage share
  size width height length depth weight volume area distance duration speed temperature humidity pressure
  age sex gender birthday birthdate dob nationality language lang locale
  company organization organisation org department dept team role job position employer customer client supplier vendor manufacturer owner author editor publisher
  product item items sku article brand model make color colour version variant serial
  url uri link website web site page domain host ip server path file filename folder method action event session agent browser
  account iban bic bank payee payer transaction transfer invoice order payment booking debit credit
  min max mean avg average median std variance score rating result results
  species genus station sensor device channel parameter measure measurement observation
  who what how why when where which capital continent kind reason remark origin destination departure arrival via gate airline flight ticket seat
  passenger survived fare cabin embarked crew captain team player coach season league goal goals points wins losses draws match game home away winner
  student teacher school course subject grade semester patient doctor diagnosis treatment dose drug symptom blood heart
  sepal petal length_cm weight_kg horsepower mpg cylinders displacement engine fuel mileage vehicle plate licence license
  population gdp growth income expenditure poverty literacy births deaths households area_km2 density votes party candidate election turnout
  magnitude depth_km rainfall snow wind humidity visibility dew cloud sunrise sunset altitude_m
  manager employee staff hire hired salary bonus contract hours shift wage leave
  title artist album track genre release movie film actor actress director studio runtime rating_count reviews review reviewer helpful
  isbn pages publisher language edition shelf
  stock inventory warehouse reorder shipped ship delivery delivered carrier tracking freight returns returned refund
  open high low close adj volume ticker symbol market exchange dividend yield
  cpu memory disk host hostname port protocol request response status_code latency bytes referrer user_agent severity logger thread module
  enabled disabled active inactive paid verified is_active is_deleted flagged approved default required optional
  foreign_key parent child children node edge weight label_id cluster centroid
  birthplace birth death married spouse occupation education religion ethnicity race
  true_label prediction question answer option
  isin isbn issn ean gtin doi
  nummer bezeichnung beschreibung bemerkung kommentar vorname nachname familienname anrede titel strasse straße hausnummer plz ort stadt gemeinde kreis land bundesland adresse
  telefon datum uhrzeit zeit jahr monat tag woche beginn ende erstellt geändert art typ kategorie gruppe wert betrag preis summe menge anzahl einheit währung waehrung saldo buchungstag wertstellung
  verwendungszweck empfänger auftraggeber konto kontonummer blz umsatz kunde lieferant firma abteilung artikel produkt größe breite höhe länge gewicht geburtsdatum geschlecht alter bundesland
  nom prenom prénom adresse rue ville commune departement département pays region région code_postal telephone téléphone courriel date heure annee année mois jour debut début fin
  libelle libellé intitulé montant prix quantite quantité unite unité devise valeur nombre numero numéro statut categorie catégorie sexe âge entreprise societe société client fournisseur produit
  nombre apellido apellidos direccion dirección calle ciudad provincia municipio pais país codigo código fecha hora año mes dia día inicio precio importe cantidad unidad moneda valor numero número estado tipo categoria categoría descripcion descripción cliente proveedor empresa producto
  nome cognome indirizzo via citta città comune provincia paese codice data ora anno mese giorno prezzo importo quantita quantità unita unità valuta valore numero stato categoria descrizione azienda prodotto
  sobrenome endereco endereço rua cidade municipio município uf pais país preco preço quantidade ano mês descricao descrição empresa
  naam voornaam achternaam straat huisnummer postcode plaats gemeente provincie datum tijd jaar maand bedrag prijs aantal omschrijving klant bedrijf
  namn förnamn efternamn adress postnummer ort kommun datum år månad belopp pris antal beskrivning navn fornavn etternavn kommune dato beløb beløp
  imię imie nazwisko nazwa ulica miasto kod data rok miesiąc kwota cena ilość opis jméno jmeno příjmení prijmeni název nazev město obec částka popis
  имя фамилия отчество название наименование адрес город улица дата время год месяц сумма цена количество статус тип описание код номер
  名前 氏名 住所 電話番号 日付 金額 番号 名称 種類 性別 年齢 姓名 地址 电话 日期 金额 编号 类型 数量 价格 城市
  الاسم العنوان التاريخ المدينة السعر
  `
    .trim()
    .split(/\s+/),
);
